//! `pontoon netns` beside `ip netns`, on the same names in the same host; and containers among them.

mod containers;
mod exec;
mod mistakes;
mod names;

use pontoon_tests::Host;

/// What a tool said: its output, its complaint without who says it, its exit status.
type Said = (String, String, i32);

/// What `ip FLAGS netns WORDS` says, and what `pontoon netns FLAGS WORDS` does, each a line of the shell.
fn both(host: &Host, flags: &str, words: &str) -> [Said; 2] {
    let lines = [format!("ip {flags} netns {words}"), format!("pontoon netns {flags} {words}")];
    lines.map(|line| {
        let out = host.sh(&line).run();
        let complaint = out.stderr.replace("pontoon netns", "ip netns");
        let complaint = complaint.replace("ip netns [-all]", "ip [-all] netns");
        let lines: Vec<&str> = complaint.lines().filter(|line| !line.is_empty()).collect();
        (out.stdout.clone(), lines.join("\n"), out.status)
    })
}

/// Compares each line, with each of the flags.
#[track_caller]
fn alike(host: &Host, flags: &[&str], lines: &[&str]) {
    for flags in flags {
        for line in lines {
            let [ip, pontoon] = both(host, flags, line);
            assert_eq!(pontoon, ip, "{flags} {line}");
        }
    }
}

/// The names that `ip netns list` prints, sorted.
fn names(host: &Host) -> Vec<String> {
    let mut names: Vec<String> = host
        .sh("ip netns list")
        .ok()
        .stdout
        .lines()
        .filter_map(|line| Some(line.split(' ').next()?.to_owned()))
        .collect();
    names.sort();
    names
}
