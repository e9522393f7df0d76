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

#[test]
fn a_terminal_has_the_callers_size_and_follows_it() {
    let host = Host::new();
    let bundle = host.bundle();
    let script = "stty size; trap 'stty size' WINCH; while :; do read line; done";
    let run = ["run", "--rm", "--net=none", "-it", "--name", "c1", bundle.path(), "sh", "-c", script];
    let terminal = host.pontoon(&run).at_terminal();
    terminal.wait_for("24 80");
    // The trap may not be set yet.
    host.wait_for("the new size", || {
        terminal.resize(33, 100);
        terminal.resize(33, 101);
        terminal.screen().contains("33 101")
    });
    host.pontoon(&["kill", "-s", "KILL", "c1"]).ok();
    assert_eq!(terminal.wait().status, 128 + 9);
    host.finish();
}

#[test]
fn keys_go_to_the_program_with_i_and_are_signals_without() {
    let host = Host::new();
    let bundle = host.bundle();
    let run = |flags: &'static str, words: &[&'static str]| {
        let run = [&["run", "--rm", "--net=none", flags, bundle.path()], words];
        host.pontoon(&run.concat()).at_terminal()
    };
    let mut keys =
        run("-it", &["sh", "-c", "stty -isig -icanon; echo up; dd bs=1 count=1 2>/dev/null | od -c"]);
    keys.wait_for("up");
    keys.write("\u{3}");
    let out = keys.wait();
    assert_eq!(out.status, 0, "{out}");
    assert!(out.stdout.contains("003"), "{out}");
    // No shell: it handles SIGINT itself until it has become another program.
    bundle.write("etc/up", "up\n");
    let mut signal = run("-t", &["tail", "-f", "/etc/up"]);
    signal.wait_for("up");
    signal.write("\u{3}");
    assert_eq!(signal.wait().status, 128 + 2);
    host.finish();
}

#[test]
fn pipes_may_stand_where_a_terminal_would() {
    let host = Host::new();
    let bundle = host.bundle();
    let run = |flag: &'static str, script: &'static str| {
        host.pontoon(&["run", "--rm", "--net=none", flag, bundle.path(), "sh", "-c", script])
    };
    assert_eq!(run("-t", "tty; echo error >&2").ok().stdout, "/dev/pts/0\r\nerror\r\n");
    // The end of the input is the key for it.
    assert!(run("-it", "cat").stdin("words").ok().stdout.contains("words"));
    let much = run("-t", "seq 100000").ok().stdout;
    assert_eq!((much.lines().count(), much.lines().last()), (100_000, Some("100000")));
    host.finish();
}
