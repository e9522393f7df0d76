//! `pontoon bridge` beside `brctl`.

mod changes;
mod mistakes;
mod place;
mod shown;
mod stp;
mod traffic;

use pontoon_tests::Host;

/// Each tool by its name in a script, where `brctl` finds the host's devices in /sys.
const TOOLS: [&str; 2] = ["brctl", "pontoon bridge"];

/// Two pairs of devices, `a0` and `a1`, `b0` and `b1`, with addresses that are known.
const PAIRS: &str =
    "ip link add a0 address 02:00:00:00:00:a0 type veth peer name a1 address 02:00:00:00:00:a1
    ip link add b0 address 02:00:00:00:00:b0 type veth peer name b1 address 02:00:00:00:00:b1";

/// What takes away whatever a test has made.
const AWAY: &str = "ip link del group 7 2>/dev/null; for link in $(ls /sys/class/net); do [ $link = lo ] || ip link del $link 2>/dev/null; done; true";

/// Runs a script with `pontoon` among the programs and the host's own /sys.
fn script(host: &Host, text: &str) -> pontoon_tests::Output {
    let pontoon = host.pontoon_path();
    let programs = pontoon.parent().expect("a directory").display().to_string();
    host.cmd("unshare")
        .args(&["--mount", "sh", "-c"])
        .args(&[&format!("mount -t sysfs sysfs /sys || exit; export PATH={programs}:$PATH; {text}")])
        .run()
}

/// Makes what a test looks at; `brctl` sets some things as they are meant only where it finds them in /sys.
#[track_caller]
fn made(host: &Host, text: &str) {
    let out = script(host, &format!("set -e; {text}"));
    assert_eq!((out.status, out.stderr.as_str()), (0, ""), "{text}");
}

/// `pontoon bridge WORDS`.
#[track_caller]
fn pontoon(host: &Host, words: &str) {
    let words: Vec<&str> = words.split(' ').collect();
    host.pontoon(&[&["bridge"], &words[..]].concat()).ok();
}

/// What a tool says of each line, and what `after` says then.
fn said(host: &Host, tool: &str, lines: &[String], after: &str) -> String {
    let told = format!(
        "t() {{ echo \"$ $*\"; {tool} \"$@\" >{dir}/out 2>{dir}/err; status=$?
            cat {dir}/out; sed 's/^/! /' {dir}/err; echo \"= $status\"; {after}; }}\n",
        dir = host.dir().display(),
    );
    let lines: String = lines.iter().map(|line| format!("t {line}\n")).collect();
    let out = script(host, &(told + &lines));
    assert_eq!(out.stderr, "", "{tool}");
    out.stdout.replace("Usage: pontoon bridge", "Usage: brctl")
}

/// Compares what is said of each line, where none changes anything.
#[track_caller]
fn alike(host: &Host, lines: &[&str]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    let [brctl, pontoon] = TOOLS.map(|tool| said(host, tool, &lines, ":"));
    assert_eq!(pontoon, brctl);
    brctl
}

/// Compares what is said of each line, and what `after` tells of its effect, from `setup` on.
#[track_caller]
fn alike_from(host: &Host, setup: &str, lines: &[String], after: &str) -> String {
    let [brctl, pontoon] = TOOLS.map(|tool| {
        made(host, setup);
        let told = said(host, tool, lines, after);
        assert_eq!(script(host, AWAY).status, 0);
        told
    });
    assert_eq!(pontoon, brctl);
    brctl
}

/// Takes everything away, and looks for what else is left.
fn finish(host: Host) {
    script(&host, AWAY);
    host.finish();
}
