//! `pontoon run -t`: a terminal of the container's own.

use pontoon_tests::{Bundle, Cmd, Host};

/// `pontoon run --rm --net=none FLAGS BUNDLE sh -c SCRIPT`.
fn run<'h>(host: &'h Host, flags: &[&str], bundle: &Bundle, script: &str) -> Cmd<'h> {
    let run = [&["run", "--rm", "--net=none"], flags, &[bundle.path(), "sh", "-c", script]];
    host.pontoon(&run.concat())
}

#[test]
fn a_terminal_follows_the_window() {
    let host = Host::new();
    let bundle = host.bundle();
    let script = "tty; stty size; trap 'stty size' WINCH; echo ready; until read line; do :; done; echo got $line; exit 5";
    let mut terminal = run(&host, &["-t", "-i"], &bundle, script).at_terminal();
    terminal.wait_for("24 80");
    terminal.wait_for("ready");
    terminal.resize(50, 132);
    terminal.wait_for("50 132");
    terminal.write("hello\n");
    let out = terminal.wait();
    assert_eq!(out.status, 5, "{out}");
    assert!(out.stdout.contains("/dev/pts/0") && out.stdout.contains("got hello"), "{out}");
    host.finish();
}

#[test]
fn ctrl_c_reaches_the_program_at_its_terminal() {
    let host = Host::new();
    let script = "trap 'echo caught; exit 3' INT; echo ready; while :; do sleep 0.01; done";
    let mut terminal = run(&host, &["-t", "-i"], &host.bundle(), script).at_terminal();
    terminal.wait_for("ready");
    terminal.write("\x03");
    let out = terminal.wait();
    assert!(out.status == 3 && out.stdout.contains("caught"), "{out}");
    host.finish();
}

#[test]
fn exec_has_a_terminal_of_its_own_too() {
    let host = Host::new();
    let container = host.start("c1", &["--net=none"], &host.bundle(), "");
    let script = "tty; stty size; exit 4";
    let out = host.pontoon(&["exec", "-i", "-t", "c1", "sh", "-c", script]).at_terminal().wait();
    assert!(out.status == 4 && out.stdout.contains("/dev/pts/") && out.stdout.contains("24 80"), "{out}");
    container.end();
    host.finish();
}

#[test]
fn the_users_terminal_is_given_back_as_it_was() {
    let host = Host::new();
    let bundle = host.bundle();
    let script = format!(
        "before=$(stty -g); pontoon run --rm --net=none -i -t {} true; [ \"$before\" = \"$(stty -g)\" ] && echo same",
        bundle.path()
    );
    let out = host.sh(&script).at_terminal().wait();
    assert!(out.stdout.contains("same"), "{out}");
    host.finish();
}
