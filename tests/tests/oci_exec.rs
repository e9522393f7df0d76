//! `exec` with runc's arguments, in a container of `create`'s.

use pontoon_tests::{Bundle, Created, Host, Output};
use serde_json::json;

/// A container that sleeps.
fn sleeping<'h>(host: &'h Host, bundle: &Bundle) -> Created<'h> {
    bundle.config(|config| config["process"]["args"] = json!(["sleep", "1000"]));
    let container = host.create("c1", &[], bundle);
    container.start();
    container
}

fn exec(host: &Host, flags: &[&str], script: &str) -> Output {
    host.pontoon(&[&["exec"], flags, &["c1", "sh", "-c", script]].concat()).ok()
}

#[test]
fn flags_act_as_in_runc() {
    let host = Host::new();
    let container = sleeping(&host, &host.bundle());
    let status = "grep -E '^(Cap(Inh|Prm|Eff|Bnd)|NoNewPrivs)' /proc/self/status";
    let out =
        exec(&host, &["--cwd", "/tmp", "--env", "A=b", "--user", "1000:1001"], "pwd; echo $A; id -u; id -g");
    assert_eq!(out.stdout, "/tmp\nb\n1000\n1001\n");
    let out = exec(&host, &["-g", "7", "--additional-gids", "8"], "id -G");
    assert_eq!(out.stdout, "0 7 8\n");
    let field = |out: &Output, name: &str| {
        let line = out.stdout.lines().find_map(|line| line.strip_prefix(&format!("{name}:\t")));
        u64::from_str_radix(line.expect(name), 16).expect(name)
    };
    let (before, after) =
        (exec(&host, &[], status), exec(&host, &["--cap", "CAP_SYS_TIME", "-c", "NET_ADMIN"], status));
    let more = 1 << 25 | 1 << 12;
    for set in ["CapPrm", "CapEff", "CapBnd"] {
        assert_eq!(field(&before, set) & more, 0);
        assert_eq!(field(&after, set), field(&before, set) | more);
    }
    assert_eq!(field(&after, "CapInh"), 0);
    assert_eq!(field(&before, "NoNewPrivs"), 0);
    assert_eq!(field(&exec(&host, &["--no-new-privs"], status), "NoNewPrivs"), 1);
    let unknown = host.pontoon(&["exec", "--cap", "CAP_NONSENSE", "c1", "true"]).fails(255);
    assert!(unknown.error().contains("CAP_NONSENSE"), "{unknown}");
    // Standard input is the caller's, without -i.
    assert_eq!(host.pontoon(&["exec", "c1", "cat"]).stdin("through").ok().stdout, "through");
    container.end();
    host.finish();
}

#[test]
fn statuses_and_words_are_those_that_callers_look_for() {
    let host = Host::new();
    let container = sleeping(&host, &host.bundle());
    host.pontoon(&["exec", "c1", "sh", "-c", "exit 7"]).fails(7);
    for (program, words) in [
        ("nowhere", "executable file not found in $PATH"),
        ("", "executable file not found in $PATH"),
        ("/no/where", "no such file or directory"),
        ("/etc/passwd", "permission denied"),
    ] {
        let failed = host.pontoon(&["exec", "c1", program]).fails(255);
        assert!(failed.error().contains(words), "{failed}");
    }
    host.pontoon(&["exec", "c1"]).fails(125);
    container.end();
    host.finish();
}

#[test]
fn one_that_may_not_be_executed_hides_none_further_along() {
    let host = Host::new();
    let container = sleeping(&host, &host.bundle());
    exec(&host, &[], "echo no >/tmp/true; echo no >/tmp/only");
    let path = ["exec", "-e", "PATH=/tmp:/bin", "c1"];
    host.pontoon(&[&path[..], &["true"]].concat()).ok();
    let failed = host.pontoon(&[&path[..], &["only"]].concat()).fails(255);
    assert!(failed.error().contains("permission denied"), "{failed}");
    container.end();
    host.finish();
}

#[test]
fn a_file_says_everything_about_the_program() {
    let host = Host::new();
    let container = sleeping(&host, &host.bundle());
    let file = host.dir().join("process.json");
    let process = json!({
        "terminal": false,
        "user": { "uid": 33, "gid": 34, "additionalGids": [35], "umask": 0o77 },
        "args": ["sh", "-c", "id -u; id -G; umask; pwd; echo $A $HOME; grep CapEff /proc/self/status"],
        "env": ["PATH=/bin", "A=b"],
        "cwd": "/tmp",
        "capabilities": { "bounding": ["CAP_KILL"], "effective": [], "permitted": [] },
    });
    std::fs::write(&file, process.to_string()).unwrap();
    let out = host.pontoon(&["exec", "--process", file.to_str().unwrap(), "c1"]).ok();
    assert_eq!(out.stdout, "33\n34 35\n0077\n/tmp\nb /var/www\nCapEff:\t0000000000000000\n");
    for wrong in ["{", "{}", r#"{"cwd": "/", "user": {"uid": 0, "gid": 0}, "args": []}"#] {
        std::fs::write(&file, wrong).unwrap();
        let failed = host.pontoon(&["exec", "-p", file.to_str().unwrap(), "c1"]).fails(255);
        assert!(failed.error().contains("process.json"), "{failed}");
    }
    host.pontoon(&["exec", "-p", "/no/where", "c1"]).fails(255);
    container.end();
    host.finish();
}

#[test]
fn detached_it_is_its_callers() {
    let host = Host::new();
    let container = sleeping(&host, &host.bundle());
    let pid_file = host.dir().join("pid");
    let output = host.dir().join("output");
    let script = format!(
        "exec {} exec --detach --pid-file {} c1 sh -c 'echo up; exec sleep 999' >{} 2>&1 </dev/null",
        host.pontoon_path().display(),
        pid_file.display(),
        output.display()
    );
    host.sh(&script).ok();
    let pid = std::fs::read_to_string(pid_file).unwrap();
    host.wait_for("its output", || std::fs::read_to_string(&output).unwrap() == "up\n");
    host.wait_for("its name", || host.sh(&format!("cat /proc/{pid}/comm")).ok().stdout == "sleep\n");
    let pids = container.verb(&["ps", "--format", "json"]).json();
    assert!(pids.as_array().unwrap().iter().any(|it| it.as_u64() == pid.parse().ok()), "{pids}");
    container.end();
    host.finish();
}

#[test]
fn its_terminal_goes_to_the_console_socket() {
    let host = Host::new();
    let container = sleeping(&host, &host.bundle());
    let socket = host.dir().join("console");
    let console = host.cmd(env!("CARGO_BIN_EXE_console")).args(&[socket.to_str().unwrap()]).spawn();
    console.wait_for_stdout("listening");
    let refused = host.pontoon(&["exec", "--detach", "--tty", "c1", "tty"]).fails(255);
    assert!(refused.error().contains("console socket"), "{refused}");
    let flags = ["exec", "-d", "-t", "--console-socket", socket.to_str().unwrap(), "c1", "tty"];
    host.pontoon(&flags).ok();
    assert!(console.wait().stdout.contains("/dev/pts/"));
    container.end();
    host.finish();
}

#[test]
fn descriptors_are_passed_on_when_asked() {
    let host = Host::new();
    let container = sleeping(&host, &host.bundle());
    std::fs::write(host.dir().join("given"), "given\n").unwrap();
    let run = |flags: &str| {
        let pontoon = host.pontoon_path();
        let given = host.dir().join("given");
        host.sh(&format!("exec {} exec {flags} c1 sh -c 'cat <&3' 3<{}", pontoon.display(), given.display()))
            .run()
    };
    assert_eq!(run("--preserve-fds 1").stdout, "given\n");
    assert_eq!(run("").stdout, "");
    container.end();
    host.finish();
}
