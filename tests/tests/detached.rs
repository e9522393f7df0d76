//! `run -d` and what its keeper serves: `logs`, `attach`, `wait`.

use pontoon_tests::{Bundle, Host, Output};

/// Starts a container in the background; returns what was printed.
#[track_caller]
fn detach(host: &Host, flags: &[&str], bundle: &Bundle, script: &str) -> Output {
    let run = [&["run", "-d", "--net=none", "--name", "c1"], flags, &[bundle.path(), "sh", "-c", script]];
    host.pontoon(&run.concat()).ok()
}

/// The process number of the keeper.
fn keeper(host: &Host) -> String {
    host.sh("pgrep -x pontoon-keeper").ok().line().to_owned()
}

#[test]
fn a_detached_container_is_kept_until_its_end() {
    let host = Host::new();
    let bundle = host.bundle();
    let id = detach(&host, &[], &bundle, "echo out; echo err >&2; printf tail; exit 3");
    assert_eq!(id.line().len(), 64, "{id}");
    assert_eq!(host.pontoon(&["wait", "c1"]).ok().stdout, "3\n");
    // What it is called is shorter than what it is known by.
    let refused = host.pontoon(&["exec", "c1", "true"]).run();
    assert!(refused.stderr.contains("container c1 is stopped: it can't be entered"), "{refused}");
    let logs = host.pontoon(&["logs", "c1"]).ok();
    assert_eq!((logs.stdout.as_str(), logs.stderr.as_str()), ("out\ntail", "err\n"));
    // Which of two streams was first is not known to a keeper that finds both full.
    let last = host.pontoon(&["logs", "--tail", "1", "c1"]).ok();
    assert!(["tail", "err\n"].contains(&format!("{}{}", last.stdout, last.stderr).as_str()), "{last}");
    let timed = host.pontoon(&["logs", "-t", "c1"]).ok();
    let time = timed.stdout.split(' ').next().unwrap();
    assert!(time.len() == 30 && time.ends_with('Z') && time.contains('T'), "{timed}");
    host.pontoon(&["rm", "c1"]).ok();
    host.finish();
}

#[test]
fn logs_follow_until_the_end() {
    let host = Host::new();
    let bundle = host.bundle();
    detach(&host, &["--rm", "-i"], &bundle, "echo first; read line; echo $line; exit 4");
    let reader = host.pontoon(&["logs", "-f", "c1"]).spawn();
    reader.wait_for_stdout("first\n");
    let attached = host.pontoon(&["attach", "c1"]).stdin("second\n").run();
    assert_eq!((attached.status, attached.stdout.as_str()), (4, "second\n"), "{attached}");
    let followed = reader.wait();
    assert_eq!((followed.status, followed.stdout.as_str()), (0, "first\nsecond\n"), "{followed}");
    host.finish();
}

#[test]
fn the_log_is_bounded_and_ends_with_the_end() {
    let host = Host::new();
    let bundle = host.bundle();
    detach(&host, &[], &bundle, "seq 600000");
    assert_eq!(host.pontoon(&["wait", "c1"]).ok().stdout, "0\n");
    let logs = host.pontoon(&["logs", "c1"]).ok().stdout;
    // The first line may have begun in what is gone.
    let numbers: Vec<u32> = logs.lines().skip(1).map(|line| line.parse().unwrap()).collect();
    assert!(numbers.len() < 600_000 && numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "a hole");
    assert_eq!(numbers.last(), Some(&600_000));
    let size = host.sh("cat /run/pontoon/containers/*/log* | wc -c").ok();
    assert!(size.line().trim().parse::<u32>().unwrap() <= 16 * 1024 * 1024, "{size}");
    host.pontoon(&["rm", "c1"]).ok();
    host.finish();
}

#[test]
fn a_terminal_is_attached_and_left_by_its_keys() {
    let host = Host::new();
    let bundle = host.bundle();
    detach(&host, &["-it"], &bundle, "while read line; do echo \"<$line>\"; done");
    let mut terminal = host.pontoon(&["attach", "c1"]).at_terminal();
    terminal.write("one\n");
    terminal.wait_for("<one>");
    let second = host.pontoon(&["attach", "--no-stdin", "c1"]).spawn();
    host.wait_for("the second to be attached", || {
        terminal.write("two\n");
        second.stdout().contains("<two>")
    });
    terminal.write("\u{10}\u{11}");
    let left = terminal.wait();
    assert_eq!(left.status, 0, "{left}");
    assert!(left.stdout.contains("runs on"), "{left}");
    let mut terminal = host.pontoon(&["attach", "c1"]).at_terminal();
    terminal.write("three\n");
    terminal.wait_for("<three>");
    // Ctrl-D ends the loop.
    terminal.write("\u{4}");
    assert_eq!(terminal.wait().status, 0);
    assert_eq!(second.wait().status, 0);
    host.pontoon(&["rm", "c1"]).ok();
    host.finish();
}

#[test]
fn a_container_outlives_its_keeper() {
    let host = Host::new();
    let bundle = host.bundle();
    detach(&host, &[], &bundle, "exec sleep 1000");
    host.sh(&format!("kill -9 {}", keeper(&host))).ok();
    host.wait_for("the keeper's end", || {
        host.pontoon(&["attach", "c1"]).run().stderr.contains("keeper is gone")
    });
    host.pontoon(&["exec", "c1", "true"]).ok();
    host.pontoon(&["logs", "-f", "c1"]).ok();
    host.pontoon(&["stop", "-t", "0", "c1"]).ok();
    host.pontoon(&["rm", "c1"]).ok();
    host.finish();
}

#[test]
fn a_start_that_fails_is_reported_once_and_leaves_nothing() {
    let host = Host::new();
    let bundle = host.bundle();
    let run = |words: &[&str]| {
        host.pontoon(&[&["run", "-d", "--net=none", "--name", "c1", bundle.path()], words].concat())
    };
    let missing = run(&["/no/such/program"]).fails(127);
    assert_eq!((missing.stdout.as_str(), missing.stderr.lines().count()), ("", 1), "{missing}");
    run(&["/etc"]).fails(126);
    detach(&host, &[], &bundle, "exec sleep 1000");
    let taken = run(&["true"]).fails(125);
    assert!(taken.error().contains("c1"), "{taken}");
    host.pontoon(&["rm", "-f", "c1"]).ok();
    host.finish();
}

#[test]
fn who_reads_the_callers_output_is_let_go() {
    let host = Host::new();
    let bundle = host.bundle();
    // Each of these would wait for the end of the container, if its keeper held the stream.
    let run = format!("pontoon run -d --explain --net=none --name c1 {} sleep 1000", bundle.path());
    let path = host.pontoon_path();
    let script = run.replacen("pontoon", path.to_str().unwrap(), 1);
    let all = host.sh(&format!("({script}) 3>&1 2>&1 | cat")).ok();
    assert!(all.stdout.contains("execve"), "{all}");
    host.pontoon(&["rm", "-f", "c1"]).ok();
    host.finish();
}

#[test]
fn a_container_in_the_foreground_has_no_log() {
    let host = Host::new();
    let bundle = host.bundle();
    let container = host.start("c1", &["--net=none"], &bundle, "");
    for command in ["logs", "attach"] {
        let out = host.pontoon(&[command, "c1"]).fails(125);
        assert!(out.error().contains("foreground"), "{out}");
    }
    container.end();
    host.finish();
}
