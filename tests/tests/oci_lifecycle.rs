//! The verbs of the OCI runtime specification, with runc's arguments, output and exit statuses.

use pontoon_tests::{Bundle, Host};
use serde_json::{Value, json};

/// A bundle whose program is a script.
fn script(host: &Host, script: &str) -> Bundle {
    let bundle = host.bundle();
    bundle.config(|config| config["process"]["args"] = json!(["sh", "-c", script]));
    bundle
}

#[test]
fn a_container_is_created_then_started_then_deleted() {
    let host = Host::new();
    let bundle = script(&host, "echo started; read line");
    let pid_file = host.dir().join("pid");
    let container = host.create("c1", &["--pid-file", pid_file.to_str().unwrap()], &bundle);
    let state = container.state();
    assert_eq!(
        (&state["status"], &state["id"], &state["bundle"]),
        (&json!("created"), &json!("c1"), &json!(bundle.path()))
    );
    assert!(state["ociVersion"].is_string() && state["pid"].as_i64() > Some(0), "{state}");
    assert_eq!(container.output(), "", "the program does not run yet");
    // The number in the file is the process', which waits and shows what it is.
    assert_eq!(std::fs::read_to_string(&pid_file).unwrap(), state["pid"].to_string());
    let look = |what: &str| host.sh(&format!("cat /proc/{}/{what}", state["pid"])).ok().stdout;
    assert_eq!(look("comm"), "pontoon:[init]\n");
    assert!(look("stat").contains(") S "), "it sleeps");
    container.start();
    host.wait_for("its output", || container.output() == "started\n");
    container.wait_for_end();
    let state = container.state();
    assert_eq!((&state["status"], &state["pid"]), (&json!("stopped"), &json!(0)));
    container.verb(&["delete"]);
    host.finish();
}

#[test]
fn a_created_container_costs_no_time() {
    let host = Host::new();
    let container = host.create("c1", &[], &script(&host, "true"));
    let ticks = || {
        let stat = host.sh(&format!("cat /proc/{}/stat", container.pid())).ok().stdout;
        let fields: Vec<String> = stat.rsplit(')').next().unwrap().split(' ').map(str::to_owned).collect();
        (fields[12].clone(), fields[13].clone())
    };
    let before = ticks();
    // Something that takes a while.
    host.sh("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done").ok();
    assert_eq!(ticks(), before);
    container.end();
    host.finish();
}

#[test]
fn wrong_transitions_are_refused_in_runcs_words() {
    let host = Host::new();
    let container = host.create("c1", &[], &script(&host, "echo up; sleep 1000"));
    let refused = |words: &[&str], status: i32, text: &str| {
        let error = host.pontoon(words).fails(status);
        assert!(error.error().contains(text), "{error}");
    };
    let (_, again) = host.try_create("c1", &[], &host.bundle());
    assert_eq!(again.status, 1);
    container.start();
    refused(&["start", "c1"], 1, "cannot start an already running container");
    refused(&["delete", "c1"], 1, "not stopped");
    container.verb(&["kill"]);
    host.pontoon(&["kill", "c1", "KILL"]).run();
    container.wait_for_end();
    refused(&["start", "c1"], 1, "cannot start a container that has stopped");
    refused(&["kill", "c1"], 1, "container not running");
    refused(&["kill", "--all", "c1", "9"], 1, "container not running");
    refused(&["exec", "c1", "true"], 255, "cannot exec in a stopped container");
    refused(&["ps", "c1"], 125, "container not running");
    container.verb(&["delete"]);
    for verb in ["start", "state", "kill", "delete"] {
        refused(&[verb, "c1"], 1, "does not exist");
    }
    assert_eq!(host.pontoon(&["delete", "--force", "c1"]).ok().stderr, "");
    refused(&["create", "c1"], 1, "config.json");
    refused(&["create", "-b", host.bundle().path(), "../c1"], 1, "is no id");
    host.finish();
}

#[test]
fn an_id_that_is_taken_is_refused_and_the_other_lives_on() {
    let host = Host::new();
    let container = host.create("c1", &[], &script(&host, "echo mine"));
    let (_, again) = host.try_create("c1", &[], &host.bundle());
    assert_eq!(again.status, 1);
    assert!(container.output().contains("in use"), "{}", container.output());
    assert_eq!(container.status(), "created");
    // The other's words stand in the same file.
    container.start();
    host.wait_for("its end", || container.status() == "stopped");
    container.verb(&["delete"]);
    host.finish();
}

#[test]
fn a_created_container_can_be_entered_killed_and_deleted() {
    let host = Host::new();
    let bundle = script(&host, "true");
    let container = host.create("c1", &[], &bundle);
    assert_eq!(host.pontoon(&["exec", "c1", "echo", "inside"]).ok().stdout, "inside\n");
    container.verb(&["delete"]);
    let container = host.create("c2", &[], &bundle);
    host.pontoon(&["kill", "c2", "SIGKILL"]).ok();
    container.wait_for_end();
    container.verb(&["delete"]);
    let container = host.create("c3", &[], &bundle);
    host.sh(&format!("kill -9 {}", container.pid())).ok();
    container.wait_for_end();
    container.verb(&["delete"]);
    host.finish();
}

#[test]
fn config_json_may_change_after_create() {
    let host = Host::new();
    let bundle = script(&host, "echo old");
    let container = host.create("c1", &[], &bundle);
    std::fs::remove_file(bundle.config_file()).expect("config.json");
    assert_eq!(container.run(), "old\n");
    host.finish();
}

#[test]
fn what_cannot_be_created_leaves_nothing() {
    let host = Host::new();
    let bundle = host.bundle();
    bundle.config(|config| config["process"]["args"] = json!(["nowhere"]));
    let (failed, output) = host.try_create("c1", &[], &bundle);
    assert_eq!(output.status, 1);
    // docker and podman look for these words.
    assert!(failed.output().contains("executable file not found in $PATH"), "{}", failed.output());
    bundle.config(|config| config["process"]["args"] = json!(["/etc/passwd"]));
    let (failed, output) = host.try_create("c1", &[], &bundle);
    assert!(output.status == 1 && failed.output().contains("permission denied"), "{}", failed.output());
    bundle.config(|config| config["mounts"][0]["destination"] = "/".into());
    assert_eq!(host.try_create("c1", &[], &bundle).1.status, 1);
    host.pontoon(&["delete", "--force", "c1"]).ok();
    host.finish();
}

#[test]
fn errors_are_logged_as_callers_read_them() {
    let host = Host::new();
    let log = host.dir().join("log.json");
    let log_flag = log.to_str().unwrap();
    host.pontoon(&["--log", log_flag, "--log-format=json", "start", "c1"]).fails(1);
    let line: Value = serde_json::from_str(std::fs::read_to_string(&log).unwrap().trim()).expect("JSON");
    assert_eq!(line["level"], "error");
    assert!(line["msg"].as_str().unwrap().contains("does not exist") && line["time"].is_string(), "{line}");
    // It is added to, in the other format too.
    host.pontoon(&["--log", log_flag, "--debug", "state", "c1"]).fails(1);
    let text = std::fs::read_to_string(&log).unwrap();
    assert!(text.lines().count() > 1 && text.contains(" level=error msg=\"container"), "{text}");
    host.finish();
}

#[test]
fn with_debug_the_log_tells_each_step() {
    let host = Host::new();
    let log = host.dir().join("log");
    host.pontoon(&["--log", log.to_str().unwrap(), "--debug", "run", "-b", host.bundle().path(), "c1"]).ok();
    let text = std::fs::read_to_string(&log).unwrap();
    assert!(text.lines().all(|line| line.contains("level=debug")), "{text}");
    assert!(text.contains("clone3") && text.contains("execve"), "{text}");
    host.finish();
}

#[test]
fn containers_are_listed_as_by_runc() {
    let host = Host::new();
    assert_eq!(
        host.pontoon(&["list"]).ok().stdout,
        "ID          PID         STATUS      BUNDLE      CREATED     OWNER\n"
    );
    assert_eq!(host.pontoon(&["list", "--format", "json"]).ok().stdout, "[]\n");
    let container = host.create("c1", &[], &script(&host, "true"));
    let list = host.pontoon(&["list", "-f", "json"]).ok().json();
    for field in ["ociVersion", "id", "pid", "status", "bundle", "rootfs", "created", "owner"] {
        assert!(!list[0][field].is_null(), "{field}: {list}");
    }
    assert_eq!(host.pontoon(&["list", "-q"]).ok().stdout, "c1\n");
    let table = host.pontoon(&["list"]).ok().stdout;
    assert!(
        table.lines().nth(1).is_some_and(|row| row.starts_with("c1 ") && row.contains("created")),
        "{table}"
    );
    container.end();
    host.finish();
}

#[test]
fn processes_are_listed_as_by_runc() {
    let host = Host::new();
    let container = host.create("c1", &[], &script(&host, "sleep 999 & echo up; exec sleep 1000"));
    container.start();
    host.wait_for("its output", || container.output() == "up\n");
    let all = |arguments: &[&str]| host.pontoon(arguments).ok();
    host.wait_for("both", || {
        all(&["ps", "--format", "json", "c1"]).json().as_array().map(Vec::len) == Some(2)
    });
    let pids = all(&["ps", "--format", "json", "c1"]).json();
    assert!(pids.as_array().unwrap().contains(&container.pid().into()), "{pids}");
    let table = all(&["ps", "c1"]).stdout;
    assert!(table.contains("UID") && table.contains("sleep 999") && table.lines().count() == 3, "{table}");
    let table = all(&["ps", "c1", "-o", "pid,comm"]).stdout;
    assert!(table.lines().next().unwrap().split_whitespace().eq(["PID", "COMMAND"]), "{table}");
    host.pontoon(&["ps", "c1", "-o", "comm"]).fails(125);
    container.end();
    host.finish();
}

#[test]
fn all_processes_get_a_signal_even_when_the_first_has_gone() {
    let host = Host::new();
    let bundle = script(&host, "sleep 1000 & echo up");
    bundle.config(|config| {
        let namespaces = config["linux"]["namespaces"].as_array_mut().unwrap();
        namespaces.retain(|namespace| namespace["type"] != "pid");
    });
    let container = host.create("c1", &[], &bundle);
    container.start();
    container.wait_for_end();
    let sleeping = || host.sh("pgrep -x sleep").run().status == 0;
    // It may still be on its way to being `sleep`.
    host.wait_for("the other process", sleeping);
    host.pontoon(&["kill", "--all", "c1", "KILL"]).ok();
    host.wait_for("its end", || !sleeping());
    container.verb(&["delete"]);
    host.finish();
}

#[test]
fn run_waits_and_removes_unless_it_is_told_otherwise() {
    let host = Host::new();
    let bundle = script(&host, "echo ran; exit 3");
    let run = |flags: &[&str]| host.pontoon(&[&["run", "-b", bundle.path()], flags, &["c1"]].concat());
    assert_eq!(run(&[]).fails(3).stdout, "ran\n");
    host.pontoon(&["state", "c1"]).fails(1);
    run(&["--keep"]).fails(3);
    assert_eq!(host.pontoon(&["state", "c1"]).ok().json()["status"], "stopped");
    host.pontoon(&["delete", "c1"]).ok();
    let pid_file = host.dir().join("pid");
    run(&["--pid-file", pid_file.to_str().unwrap()]).fails(3);
    assert!(std::fs::read_to_string(pid_file).unwrap().parse::<u32>().is_ok());
    // Detached, it is its caller's: the streams, and the container when it has ended.
    assert_eq!(run(&["--detach"]).ok().stdout, "ran\n");
    host.wait_for("its end", || host.pontoon(&["state", "c1"]).ok().json()["status"] == "stopped");
    host.pontoon(&["delete", "c1"]).ok();
    bundle.config(|config| config["process"]["cwd"] = "relative".into());
    run(&[]).fails(1);
    host.finish();
}

#[test]
fn a_terminal_goes_to_the_console_socket() {
    let host = Host::new();
    let bundle = script(&host, "tty; read line; echo got $line");
    bundle.config(|config| config["process"]["terminal"] = true.into());
    let socket = host.dir().join("console");
    let console =
        host.cmd(env!("CARGO_BIN_EXE_console")).args(&[socket.to_str().unwrap(), "hello\n"]).spawn();
    console.wait_for_stdout("listening");
    let container = host.create("c1", &["--console-socket", socket.to_str().unwrap()], &bundle);
    container.start();
    let seen = console.wait().stdout;
    assert!(
        seen.contains("got /dev/ptmx") && seen.contains("/dev/pts/0") && seen.contains("got hello"),
        "{seen}"
    );
    container.wait_for_end();
    container.verb(&["delete"]);
    // Neither makes sense without the other.
    let (failed, output) = host.try_create("c1", &[], &bundle);
    assert!(output.status == 1 && failed.output().contains("console socket"), "{}", failed.output());
    bundle.config(|config| config["process"]["terminal"] = false.into());
    let (failed, output) = host.try_create("c1", &["--console-socket", socket.to_str().unwrap()], &bundle);
    assert!(output.status == 1 && failed.output().contains("console socket"), "{}", failed.output());
    host.finish();
}

#[test]
fn descriptors_are_passed_on_when_asked() {
    let host = Host::new();
    let bundle = script(&host, "ls /proc/self/fd | wc -l; cat <&3");
    std::fs::write(host.dir().join("given"), "given\n").unwrap();
    let create = |flags: &str| {
        let script = format!(
            "exec 3<{0}/given 4<{0}/given; exec {1} run {flags} -b {2} c1",
            host.dir().display(),
            host.pontoon_path().display(),
            bundle.path()
        );
        host.sh(&script).run()
    };
    // ls has one open itself.
    assert_eq!(create("--preserve-fds 1").stdout, "5\ngiven\n");
    let none = create("");
    assert!(none.stdout == "4\n" && none.status != 0, "{none}");
    let missing = create("--preserve-fds 20");
    assert!(missing.status == 1 && missing.error().contains("not open"), "{missing}");
    host.finish();
}

#[test]
fn sockets_of_systemd_are_passed_on() {
    let host = Host::new();
    let bundle = script(&host, "echo $LISTEN_FDS $LISTEN_PID; cat <&3");
    std::fs::write(host.dir().join("given"), "given\n").unwrap();
    let script = format!(
        "exec 3<{}/given; export LISTEN_FDS=1 LISTEN_PID=$$; exec {} run -b {} c1",
        host.dir().display(),
        host.pontoon_path().display(),
        bundle.path()
    );
    assert_eq!(host.sh(&script).ok().stdout, "1 1\ngiven\n");
    host.finish();
}

#[test]
fn a_container_has_a_session_keyring_of_its_own() {
    let host = Host::new();
    let bundle = script(&host, "cat /proc/keys");
    bundle.config(|config| config["linux"]["maskedPaths"] = json!([]));
    let run =
        |arguments: &[&str]| host.pontoon(&[&["run", "-b", bundle.path()], arguments].concat()).ok().stdout;
    // All containers' keys are root's, whose this one is; the ids are like no other test's.
    assert!(run(&["own-keyring"]).contains("_ses.own-keyring"));
    assert!(!run(&["--no-new-keyring", "no-keyring"]).contains("_ses.no-keyring"));
    host.finish();
}

#[test]
fn a_root_can_be_entered_without_pivot() {
    let host = Host::new();
    let bundle =
        script(&host, "ls -d /bundle* /etc/passwd; grep -c ' / / ' /proc/self/mountinfo; touch /made");
    let out = host.pontoon(&["run", "--no-pivot", "-b", bundle.path(), "c1"]).ok();
    assert!(out.stdout.starts_with("/etc/passwd\n"), "{out}");
    assert!(bundle.rootfs().join("made").exists());
    host.finish();
}

#[test]
fn a_killed_create_leaves_nothing() {
    let host = Host::new();
    let bundle = host.bundle();
    // A hook that waits to be killed, and with it the command that waits for it.
    let hook = host.dir().join("hook");
    std::fs::write(&hook, format!("#!/bin/sh\n: >{}/waiting\nexec sleep 1000\n", host.dir().display()))
        .unwrap();
    host.sh(&format!("chmod +x {}", hook.display())).ok();
    bundle.config(|config| config["hooks"] = json!({ "createRuntime": [{ "path": hook }] }));
    let creating = host.pontoon(&["create", "-b", bundle.path(), "c1"]).spawn();
    host.wait_for("the hook", || host.dir().join("waiting").exists());
    assert_eq!(host.pontoon(&["state", "c1"]).ok().json()["status"], "creating");
    creating.signal(nix::sys::signal::Signal::SIGKILL);
    // What a hook does is its own.
    host.wait_for("the hook", || host.sh("pkill -x sleep").run().status == 0);
    creating.wait();
    host.pontoon(&["delete", "--force", "c1"]).ok();
    host.finish();
}

#[test]
fn a_version_is_printed_as_by_runc() {
    let host = Host::new();
    let version = host.pontoon(&["--version"]).ok().stdout;
    let lines: Vec<&str> = version.lines().collect();
    assert!(lines[0].starts_with("pontoon version "), "{version}");
    assert!(lines.iter().any(|line| line.starts_with("spec: 1.")), "{version}");
    host.finish();
}

#[test]
fn a_fresh_specification_can_be_run() {
    let host = Host::new();
    let bundle = host.bundle();
    std::fs::remove_file(bundle.config_file()).unwrap();
    host.pontoon(&["spec", "--bundle", bundle.path()]).ok();
    let again = host.pontoon(&["spec", "-b", bundle.path()]).fails(1);
    assert!(again.error().contains("exists"), "{again}");
    bundle.config(|config| {
        assert_eq!(config["process"]["terminal"], true);
        config["process"]["terminal"] = false.into();
    });
    host.pontoon(&["run", "-b", bundle.path(), "c1"]).ok();
    host.finish();
}
