//! Containers in the background, and the commands for them.

use pontoon_tests::{Host, Output};

/// Starts a container in the background and gives its id.
fn start(host: &Host, flags: &[&str], program: &[&str]) -> String {
    let bundle = host.bundle();
    let out = host.pontoon(&[&["run", "-d", "--net=none"], flags, &[bundle.path()], program].concat()).ok();
    assert_eq!(out.stdout.lines().count(), 1, "{out}");
    out.line().to_owned()
}

fn ps(host: &Host, flags: &[&str]) -> Output {
    host.pontoon(&[&["ps"], flags].concat()).ok()
}

#[test]
fn a_detached_container_goes_on() {
    let host = Host::new();
    let id = start(&host, &["--name", "c1"], &["sleep", "1000"]);
    let table = ps(&host, &[]).stdout;
    assert!(table.contains("c1") && table.contains("Up "), "{table}");
    assert!(ps(&host, &["-q"]).line().starts_with(&id[..12]) || id.starts_with(ps(&host, &["-q"]).line()));
    assert_eq!(host.pontoon(&["exec", "c1", "echo", "hello"]).ok().stdout, "hello\n");
    host.pontoon(&["rm", "-f", "c1"]).ok();
    assert_eq!(ps(&host, &["-a", "-q"]).stdout, "");
    host.finish();
}

#[test]
fn output_is_kept() {
    let host = Host::new();
    start(
        &host,
        &["--name", "c1"],
        &["sh", "-c", "for i in 1 2 3 4 5; do echo line $i; done; echo bad >&2; exit 4"],
    );
    assert_eq!(host.pontoon(&["wait", "c1"]).ok().stdout, "4\n");
    let logs = host.pontoon(&["logs", "c1"]).ok();
    assert_eq!(
        (logs.stdout.as_str(), logs.stderr.as_str()),
        ("line 1\nline 2\nline 3\nline 4\nline 5\n", "bad\n")
    );
    let tail = host.pontoon(&["logs", "--tail", "2", "c1"]).ok();
    assert_eq!(format!("{}{}", tail.stdout, tail.stderr), "line 5\nbad\n");
    let dated = host.pontoon(&["logs", "-t", "c1"]).ok();
    assert!(dated.stdout.lines().all(|line| line.starts_with("20") && line.contains(" line ")), "{dated}");
    host.pontoon(&["rm", "c1"]).ok();
    host.finish();
}

#[test]
fn logs_follow_to_the_end() {
    let host = Host::new();
    start(
        &host,
        &["--name", "c1"],
        &["sh", "-c", "echo first; while [ ! -e /go ]; do sleep 0.01; done; echo last"],
    );
    let following = host.pontoon(&["logs", "-f", "c1"]).spawn();
    following.wait_for_stdout("first");
    // The container may end, and `touch` with it, before `touch` has ended by itself.
    host.pontoon(&["exec", "c1", "touch", "/go"]).run();
    assert_eq!(following.wait().stdout, "first\nlast\n");
    host.pontoon(&["rm", "c1"]).ok();
    host.finish();
}

#[test]
fn attach_is_being_there() {
    let host = Host::new();
    start(&host, &["--name", "c1", "-i"], &["sh", "-c", "read line; echo got $line; exit 6"]);
    let attached = host.pontoon(&["attach", "c1"]).stdin("hello\n").run();
    assert_eq!((attached.status, attached.stdout.as_str()), (6, "got hello\n"));
    host.pontoon(&["rm", "c1"]).ok();
    host.finish();
}

#[test]
fn a_container_with_rm_goes_when_it_ends() {
    let host = Host::new();
    start(&host, &["--rm", "--name", "c1"], &["true"]);
    host.wait_for("its going", || ps(&host, &["-a", "-q"]).stdout.is_empty());
    host.finish();
}
