//! `pontoon run` without a network: the program, its streams, its surroundings, its end.

use nix::sys::signal::Signal;
use pontoon_tests::{Bundle, Cmd, Host};

/// `pontoon run --rm --net=none FLAGS BUNDLE sh -c SCRIPT`.
fn run<'h>(host: &'h Host, flags: &[&str], bundle: &Bundle, script: &str) -> Cmd<'h> {
    let run = [&["run", "--rm", "--net=none"], flags, &[bundle.path(), "sh", "-c", script]];
    host.pontoon(&run.concat())
}

#[test]
fn the_program_is_the_bundles_or_the_users() {
    let host = Host::new();
    let bundle = host.bundle();
    bundle.config(|config| config["process"]["args"] = serde_json::json!(["echo", "from the bundle"]));
    assert_eq!(host.pontoon(&["run", "--rm", "--net=none", bundle.path()]).ok().stdout, "from the bundle\n");
    let out = host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "echo", "-n", "--rm", "mine"]).ok();
    assert_eq!((out.stdout.as_str(), out.stderr.as_str()), ("--rm mine", ""));
    host.finish();
}

#[test]
fn streams_pass_through() {
    let host = Host::new();
    let out = run(&host, &["-i"], &host.bundle(), "tr a-z A-Z; echo aside >&2").stdin("hello\nworld\n").ok();
    assert_eq!((out.stdout.as_str(), out.stderr.as_str()), ("HELLO\nWORLD\n", "aside\n"));
    let large = "x".repeat(1 << 20);
    assert_eq!(run(&host, &["-i"], &host.bundle(), "cat").stdin(large.as_str()).ok().stdout, large);
    host.finish();
}

#[test]
fn the_exit_status_is_the_programs() {
    let host = Host::new();
    let bundle = host.bundle();
    for status in [0, 1, 7, 125, 255] {
        run(&host, &[], &bundle, &format!("exit {status}")).fails(status);
    }
    // Process 1 is spared by its own signals, so another one's are what ends it.
    run(&host, &[], &bundle, "sh -c 'kill -9 $$'; exit $?").fails(128 + 9);
    bundle.write("etc/text", "no program");
    let missing = host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "nothing-like-it"]).fails(127);
    assert!(missing.error().contains("nothing-like-it"), "{missing}");
    let unfit = host.pontoon(&["run", "--rm", "--net=none", bundle.path(), "/etc/text"]).fails(126);
    assert!(unfit.error().contains("/etc/text"), "{unfit}");
    host.finish();
}

#[test]
fn signals_are_forwarded() {
    let host = Host::new();
    let bundle = host.bundle();
    for (signal, name) in [
        (Signal::SIGTERM, "TERM"),
        (Signal::SIGINT, "INT"),
        (Signal::SIGHUP, "HUP"),
        (Signal::SIGUSR1, "USR1"),
    ] {
        let script =
            format!("trap 'echo got {name}; exit 9' {name}; echo ready; while :; do sleep 0.01; done");
        let running = run(&host, &[], &bundle, &script).spawn();
        running.wait_for_stdout("ready");
        running.signal(signal);
        let out = running.wait();
        assert_eq!((out.status, out.stdout), (9, format!("ready\ngot {name}\n")));
    }
    host.finish();
}

#[test]
fn a_program_that_signals_end_gives_its_number() {
    let host = Host::new();
    let bundle = host.bundle();
    let script = "trap 'trap - TERM; kill -9 -1' TERM; echo ready; exec sleep 1000";
    let running = run(&host, &["--name", "victim"], &bundle, script).spawn();
    running.wait_for_stdout("ready");
    host.pontoon(&["kill", "-s", "KILL", "victim"]).ok();
    assert_eq!(running.wait().status, 128 + 9);
    host.finish();
}

#[test]
fn flags_act_as_in_docker() {
    let host = Host::new();
    let bundle = host.bundle();
    let says = |flags: &[&str], script: &str| run(&host, flags, &bundle, script).ok().stdout;
    assert_eq!(says(&["--hostname", "boat"], "hostname; cat /proc/sys/kernel/hostname"), "boat\nboat\n");
    assert_eq!(says(&["-e", "A=b c", "-e", "D="], "echo \"$A,$D,${E-unset}\""), "b c,,unset\n");
    assert_eq!(run(&host, &["-e", "GIVEN"], &bundle, "echo $GIVEN").env("GIVEN", "x").ok().stdout, "x\n");
    assert_eq!(says(&["-w", "/usr/bin"], "pwd"), "/usr/bin\n");
    assert_eq!(says(&[], "pwd; id -u; id -g; echo $PATH | cut -d: -f1"), "/\n0\n0\n/usr/local/sbin\n");
    assert_eq!(says(&["-u", "nobody"], "id -un; id -gn"), "nobody\nnogroup\n");
    assert_eq!(says(&["-u", "1234:5678"], "id -u; id -g"), "1234\n5678\n");
    assert_eq!(says(&["-u", "33:users"], "id -u; id -g"), "33\n100\n");
    host.finish();
}

#[test]
fn volumes_are_bound() {
    let host = Host::new();
    let bundle = host.bundle();
    let data = host.dir().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("file"), "from outside\n").unwrap();
    let data = data.to_str().unwrap();
    let flag = format!("{data}:/data");
    assert_eq!(
        run(&host, &["-v", &flag], &bundle, "cat /data/file; echo in >/data/new").ok().stdout,
        "from outside\n"
    );
    assert_eq!(std::fs::read_to_string(format!("{data}/new")).unwrap(), "in\n");
    let refused =
        run(&host, &["-v", &format!("{flag}:ro")], &bundle, "cat /data/file; echo x >/data/no").run();
    assert!(refused.status != 0 && refused.stderr.contains("Read-only"), "{refused}");
    // A file, over a file that is not there yet.
    run(&host, &["-v", &format!("{data}/file:/deep/er/file")], &bundle, "cat /deep/er/file").ok();
    host.finish();
}

#[test]
fn a_root_can_be_read_only_or_bare() {
    let host = Host::new();
    let bundle = host.bundle();
    let refused = run(&host, &["--read-only"], &bundle, "echo >/file").run();
    assert!(refused.status != 0 && refused.stderr.contains("Read-only"), "{refused}");
    let rootfs = bundle.rootfs();
    let bare = ["run", "--rm", "--net=none", "--rootfs", rootfs.to_str().unwrap(), "echo", "bare"];
    assert_eq!(host.pontoon(&bare).ok().stdout, "bare\n");
    host.finish();
}
