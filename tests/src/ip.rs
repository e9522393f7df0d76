//! Pontoon beside `ip`: the same words to both, on the same objects.

use crate::host::Host;

/// What a tool said of a line: its output, its complaint, its exit status.
pub type Said = (String, String, i32);

/// What `ip` says of `flags object words`, and what Pontoon does.
pub fn both(host: &Host, object: &str, flags: &str, words: &str) -> [Said; 2] {
    let quoted = |text: &str| text.split_whitespace().map(|word| format!(" '{word}'")).collect::<String>();
    let (flags, words) = (quoted(flags), quoted(words));
    let ip = said(host, &format!("ip {flags} {object} {words}"));
    [ip, said(host, &format!("{} {object} {flags} {words}", host.pontoon_path().display()))]
}

fn said(host: &Host, line: &str) -> Said {
    let out = host.sh(line).run();
    let complaint = out.stderr.lines().filter(|line| !line.is_empty());
    (out.stdout.clone(), complaint.collect::<Vec<_>>().join("\n"), out.status)
}

/// Compares whole lines of the shell, options before the object, but for the name of the tool, which is `TOOL` in them.
#[track_caller]
pub fn alike_whole(host: &Host, lines: &[&str]) {
    for line in lines {
        look_alike(line, || {
            let ip = said(host, &line.replace("TOOL", "ip"));
            let mut pontoon = said(host, &line.replace("TOOL", &host.pontoon_path().display().to_string()));
            pontoon.1 = pontoon.1.replace("\"pontoon ", "\"ip ");
            [ip, pontoon]
        });
    }
}

/// Compares each line, with each of the flags.
#[track_caller]
pub fn alike(host: &Host, object: &str, flags: &[&str], lines: &[&str]) {
    alike_but(host, object, flags, lines, str::to_owned);
}

/// How often what changed between two looks is looked at again.
const LOOKS: usize = 20;

/// Compares each line, with each of the flags, after `still` has taken from the output what time alone changes.
#[track_caller]
pub fn alike_but(host: &Host, object: &str, flags: &[&str], lines: &[&str], still: impl Fn(&str) -> String) {
    for flags in flags {
        for line in lines {
            let look = || both(host, object, flags, line).map(|said| (still(&said.0), said.1, said.2));
            look_alike(&format!("{object} {flags} {line}"), look);
        }
    }
}

/// Compares what `ip` says with what Pontoon does. What `ip` itself tells otherwise a moment later, as the kernel counts
/// packets of its own, is compared again.
#[track_caller]
fn look_alike(line: &str, look: impl Fn() -> [Said; 2]) {
    let [mut ip, mut pontoon] = look();
    for _ in 0..LOOKS {
        let [again, later] = if pontoon == ip { break } else { look() };
        if again == ip {
            break;
        }
        (ip, pontoon) = (again, later);
    }
    assert_eq!(pontoon, ip, "{line}");
}
