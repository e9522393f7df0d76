//! `run -t` and `run -it`.

use pontoon_tests::Host;

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
    let mut signal = run("-t", &["sh", "-c", "echo up; exec sleep 1000"]);
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
