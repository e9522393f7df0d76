//! The pages of docs/labs are true: what each command prints here is what stands there, but for what is another on
//! each machine.

use std::fs;
use std::path::Path;

use pontoon_tests::Host;
use regex::Regex;

const PAGES: [&str; 5] = ["1-namespaces", "2-veth", "3-bridge", "4-loopback", "5-card"];

fn page(language: &str, name: &str) -> String {
    let labs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/labs");
    let file = if language == "zh" { labs.join("zh") } else { labs }.join(format!("{name}.md"));
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// What another machine, or another run, has otherwise, and what stands for it here. That it is there, and has this
/// form, is still compared.
const OTHERWISE: &[(&str, &str)] = &[
    // Hardware addresses that no page gives, and what follows from them.
    (r"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b", "MAC"),
    (r"\bfe80::[0-9a-f:]+", "fe80::MAC"),
    (r"\b[0-9a-f]{4}\.[0-9a-f]{12}\b", "BRIDGE"),
    // Ids of containers, and names that derive from them.
    (r"\b[0-9a-f]{12,64}\b", "ID"),
    (r"\bveth[0-9a-f]{10}\b", "vethID"),
    // Numbers of devices and processes.
    (r"(?m)^ *[0-9]+(:|$| host| container)", "N$1"),
    (r"(@if|index |index=|_FD: |_PID: |target )[0-9]+", "${1}N"),
    (r"\b([A-Z_]+(?:LINK|MASTER|OIF|index): )[0-9]+", "${1}N"),
    (r"\(([0-9]+)\)", "(N)"),
    (r"(netns |, id )[0-9]+\b", "${1}N"),
    // Times.
    (r"\b[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}\b", "TIME"),
    (r"(^|[^0-9.])[0-9]+\.[0-9]+($|[^0-9.])", "${1}T$2"),
    (r"\b[0-9]+(ms| ms| µs)", "T$1"),
    // How wide a column or a box is follows from what is in it.
    (r" +", " "),
    (r"─+", "─"),
];

fn masked(text: &str) -> String {
    OTHERWISE.iter().fold(text.to_owned(), |text, (pattern, instead)| {
        let pattern = Regex::new(pattern).unwrap_or_else(|error| panic!("{error}"));
        pattern.replace_all(&text, *instead).into_owned()
    })
}

#[test]
fn pages_are_true() {
    let host = Host::new().bridge_may_stay();
    for (number, name) in (1..).zip(PAGES) {
        for language in ["en", "zh"] {
            let script =
                format!("{} lab {number} --yes --language {language} 2>&1", host.pontoon_path().display());
            let printed = host.sh(&script).ok().stdout;
            assert_eq!(masked(&printed), masked(&page(language, name)), "lab {number} ({language})");
        }
    }
    host.finish();
}
