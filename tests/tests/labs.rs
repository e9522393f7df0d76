//! The pages of docs/labs are true: what each command prints here is what stands there, but for what is another on
//! each machine.

use std::fs;
use std::path::Path;

use pontoon_tests::Host;
use regex::{Captures, Regex};

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
    // Times of the day.
    (r"\b[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}\b", "TIME"),
    // Numbers of devices and processes; how much IPv6 has said by itself.
    (r#"("bytes":)[0-9]+"#, "${1}N"),
    (r"(?m)^ *[0-9]+(:|$| host| container)", "N$1"),
    (r"(@if|index |index=|_FD: |_PID: |target )[0-9]+", "${1}N"),
    (r"\b([A-Z_]+(?:LINK|MASTER|OIF|index): )[0-9]+", "${1}N"),
    (r"\(([0-9]+)\)", "(N)"),
    (r"(netns |, id )[0-9]+\b", "${1}N"),
    // Times.
    (r"\b[0-9]+(?:\.[0-9]+)?(ms| ms| µs)", "T$1"),
    // How wide a column or a box is follows from what is in it.
    (r" +", " "),
    (r"─+", "─"),
];

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| panic!("{error}"))
}

/// The lines of a page, so masked.
fn masked(text: &str) -> Vec<String> {
    let fixed = OTHERWISE.iter().fold(text.to_owned(), |text, (pattern_, instead)| {
        pattern(pattern_).replace_all(&text, *instead).into_owned()
    });
    // A number with a fraction is a time; with more dots it is an address.
    let dotted = pattern(r"[0-9]+(?:\.[0-9]+)+");
    let time =
        |found: &Captures<'_>| if found[0].matches('.').count() == 1 { "T" } else { &found[0] }.to_owned();
    dotted.replace_all(&fixed, time).lines().map(str::to_owned).collect()
}

/// Runs a lab in both languages, and compares what it prints with its page.
fn is_true(number: usize) {
    let host = Host::new().bridge_may_stay();
    for language in ["en", "zh"] {
        let script =
            format!("{} lab {number} --yes --language {language} 2>&1", host.pontoon_path().display());
        let printed = masked(&host.sh(&script).ok().stdout);
        let page = masked(&page(language, PAGES[number - 1]));
        for (number, (printed, written)) in (1..).zip(printed.iter().zip(&page)) {
            assert_eq!(printed, written, "line {number} ({language})");
        }
        assert_eq!(printed.len(), page.len(), "{language}");
    }
    host.finish();
}

#[test]
fn network_namespaces() {
    is_true(1);
}

#[test]
fn a_veth_pair() {
    is_true(2);
}

#[test]
fn a_bridge() {
    is_true(3);
}

#[test]
fn the_loopback_interface() {
    is_true(4);
}

#[test]
fn a_card_for_a_container_without_one() {
    is_true(5);
}

#[test]
fn a_reader_goes_on_by_enter_and_may_run_a_command_first_and_leave() {
    let host = Host::new();
    let said = host.pontoon(&["lab", "4"]).stdin("\necho my own $((6 * 7))\nq\n").ok().stdout;
    assert!(said.contains("\n# pontoon addr show lo\n1: lo: <LOOPBACK>"), "{said}");
    assert!(
        said.ends_with("# ping -q -c 1 -W 1 127.0.0.1\nmy own 42\n# ping -q -c 1 -W 1 127.0.0.1\n"),
        "{said}"
    );
    host.finish();
}

#[test]
fn a_reader_may_use_a_shell_and_come_back_to_the_page() {
    let host = Host::new();
    let mut lab = host.pontoon(&["lab", "4"]).at_terminal();
    lab.wait_for("pontoon addr show lo");
    lab.write("sh\n");
    lab.write("echo in $((6 * 7)) && exit\n");
    lab.wait_for("in 42");
    // A job's stop would leave nobody to go on.
    lab.write("sh -c 'echo here; read word; echo got $word'\n");
    lab.wait_for("here\r\n");
    lab.write("\x1aback\n");
    lab.wait_for("got back");
    lab.write("q\n");
    let out = lab.wait();
    assert!(out.status == 0 && !out.stdout.contains("tty"), "{out}");
    host.finish();
}

/// The lab's number in the host.
fn pid_in(host: &Host) -> String {
    host.sh("pgrep -o -x pontoon").ok().stdout.trim().to_owned()
}

#[test]
fn what_a_lab_made_is_gone_when_it_is_killed() {
    let host = Host::new();
    let mut lab = host.pontoon(&["lab", "5"]).at_terminal();
    for command in ["rootfs busybox bundle", "--name hand bundle sleep 1000"] {
        lab.wait_for(command);
        lab.write("\n");
    }
    // It asks for the next command once the container runs.
    lab.wait_for("--name command bundle sleep 1000");
    let sleeping = || !host.sh("pgrep -x sleep").run().stdout.is_empty();
    assert!(sleeping());
    host.sh(&format!("kill -KILL {}", pid_in(&host))).ok();
    host.wait_for("the end of all", || !sleeping());
    drop(lab);
    host.pontoon(&["doctor"]).ok();
    host.finish();
}

#[test]
fn a_lab_that_is_not_there_is_said() {
    let host = Host::new();
    let refused = host.pontoon(&["lab", "9"]).run();
    assert_eq!(
        (refused.status, refused.stderr.as_str()),
        (125, "pontoon: there is no lab 9: they are 1 to 5\n")
    );
    let listed = host.pontoon(&["lab"]).ok().stdout;
    assert_eq!(listed.lines().count(), PAGES.len());
    host.finish();
}

#[test]
fn a_reader_who_leaves_is_no_failure_and_a_full_disk_is_one() {
    let host = Host::new();
    let pontoon = host.pontoon_path().display().to_string();
    for words in ["lab", "lab 1 --dry-run", "lab 4 --yes"] {
        let left = host.sh(&format!("({pontoon} {words}; echo $? >&2) | true")).run();
        assert_eq!(left.stderr, "0\n", "{words}");
        let full = host.sh(&format!("{pontoon} {words} >/dev/full")).run();
        let complaint = "pontoon: print the lab: No space left on device\n";
        assert_eq!((full.status, full.stderr.as_str()), (125, complaint), "{words}");
    }
    host.finish();
}
