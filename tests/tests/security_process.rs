//! What an attacker inside sees of processes that join a container, and who programs are.

use std::fs;

use pontoon_tests::{Bundle, Cmd, Host};
use serde_json::json;

const RUN: [&str; 3] = ["run", "--rm", "--net=none"];

/// `pontoon run --rm --net=none FLAGS BUNDLE sh -c SCRIPT`.
fn run<'h>(host: &'h Host, flags: &[&str], bundle: &Bundle, script: &str) -> Cmd<'h> {
    host.pontoon(&[&RUN[..], flags, &[bundle.path(), "sh", "-c", script]].concat())
}

/// A bundle with a trap among its users: one whose name is a number, and who is root.
fn bundle_with_users(host: &Host) -> Bundle {
    let bundle = host.bundle();
    bundle.write("etc/passwd", "root:x:0:0::/:\n1000:x:0:0::/:\nanna:x:7:8::/:\nlast:x:4294967295:0::/:\n");
    bundle.write("etc/group", "root:x:0:\n8:x:0:\nwheel:x:10:anna\n");
    bundle
}

/// User, group and supplementary groups, in a line each.
const WHO: &str =
    "awk '/^(Uid|Gid)/ { print $2 } /^Groups/ { $1 = \"\"; print }' /proc/self/status | xargs echo";

/// CVE-2016-3697: a user whose name is a number gave that name's rights. CVE-2026-30892: `-u 1` ran as root.
#[test]
fn a_user_is_who_was_asked_for() {
    let host = Host::new();
    let bundle = bundle_with_users(&host);
    let container = host.start("c1", &["--net=none", "-u", "anna"], &bundle, "");
    for (form, who) in [
        ("1", "1 0"),
        ("1:", "1 0"),
        ("1:1", "1 1"),
        ("01:001", "1 1"),
        ("0", "0 0"),
        ("1000", "1000 0"),
        ("7", "7 8 10"),
        ("7:0", "7 0"),
        ("7:8", "7 8"),
        ("anna", "7 8 10"),
        ("anna:wheel", "7 10"),
        ("65534:65534", "65534 65534"),
        ("4294967294", "4294967294 0"),
        // Nobody was asked for: whoever the container's program is.
        ("", "7 8 10"),
        (":wheel", "7 10"),
    ] {
        let exec = host.pontoon(&["exec", "-u", form, "c1", "sh", "-c", WHO]).ok();
        assert_eq!(exec.line(), who, "exec -u {form:?}");
        if !form.is_empty() && !form.starts_with(':') {
            assert_eq!(run(&host, &["-u", form], &bundle, WHO).ok().line(), who, "run -u {form:?}");
        }
    }
    container.end();
    host.finish();
}

/// CVE-2016-3697, CVE-2026-30892: what is no user is nobody, and above all not root. 4294967295 is -1, by
/// which setresuid(2) is told to leave root as it is.
#[test]
fn a_user_that_is_none_is_refused() {
    let host = Host::new();
    let bundle = bundle_with_users(&host);
    let container = host.start("c1", &["--net=none"], &bundle, "");
    for form in [
        "-1",
        "+1",
        " 1",
        "1 ",
        "0x1",
        "1.0",
        "1e3",
        "4294967295",
        "4294967296",
        "last",
        "7:4294967295",
        "eve",
    ] {
        let user = format!("--user={form}");
        let exec = host.pontoon(&["exec", &user, "c1", "id"]).fails(125);
        assert!(exec.error().contains("user") || exec.error().contains("group"), "{exec}");
        assert_eq!(run(&host, &[&user], &bundle, "id").fails(125).stdout, "");
    }
    container.end();
    for field in ["uid", "gid"] {
        let bundle = host.bundle();
        bundle.config(|config| config["process"]["user"][field] = 4_294_967_295_u32.into());
        run(&host, &[], &bundle, "id").fails(125).error();
    }
    host.finish();
}

/// CVE-2022-36109: the groups of the configuration count for `exec` too.
#[test]
fn supplementary_groups_are_the_configurations() {
    let host = Host::new();
    let bundle = host.bundle();
    bundle.config(|config| config["process"]["user"] = json!({"uid": 5, "gid": 6, "additionalGids": [7, 8]}));
    let container = host.start("c1", &["--net=none"], &bundle, WHO);
    assert_eq!(container.said(), "5 6 7 8");
    assert_eq!(container.exec(WHO).line(), "5 6 7 8");
    container.end();
    host.finish();
}

/// CVE-2022-29162, CVE-2022-27650, CVE-2022-27649, CVE-2022-24769, CVE-2025-27612: inheritable capabilities
/// let programs with file capabilities gain what nobody gave.
#[test]
fn no_capability_is_inheritable() {
    let host = Host::new();
    let bundle = host.bundle();
    let caps = "grep -E '^Cap(Inh|Amb)' /proc/self/status | tr -d '\\t'";
    let none = "CapInh:0000000000000000\nCapAmb:0000000000000000";
    let container = host.start("c1", &["--net=none"], &bundle, caps);
    assert_eq!(container.said(), none);
    for user in ["0", "nobody"] {
        assert_eq!(host.pontoon(&["exec", "-u", user, "c1", "sh", "-c", caps]).ok().line(), none);
        assert_eq!(run(&host, &["-u", user], &bundle, caps).ok().line(), none);
    }
    // Another user has none in force either, and gets none by executing something.
    let effective = "grep -E '^Cap(Prm|Eff)' /proc/self/status | tr -d '\\t'";
    let exec = host.pontoon(&["exec", "-u", "nobody", "c1", "sh", "-c", effective]).ok();
    assert_eq!(exec.line(), "CapPrm:0000000000000000\nCapEff:0000000000000000");
    container.end();
    host.finish();
}

/// CVE-2016-9962: a process that joins a container was open to those inside, with the descriptors and the
/// root of the host that it still held. Here 20 processes join, and one inside looks without a pause.
#[test]
fn a_process_that_joins_cannot_be_looked_into() {
    let host = Host::new();
    let bundle = host.bundle();
    bundle.let_in_intruder();
    let watcher =
        host.pontoon(&[&RUN[..], &["--name", "c1", bundle.path(), "/intruder", "watch"]].concat()).spawn();
    watcher.wait_for_stdout("ready\n");
    for _ in 0..20 {
        host.pontoon(&["exec", "c1", "true"]).ok();
    }
    fs::write(bundle.rootfs().join("stop"), "").unwrap();
    assert_only_the_containers_own(&watcher.wait().stdout);
    host.finish();
}

/// CVE-2016-9962 again: another container that is started into the same process numbers.
#[test]
fn a_container_that_joins_processes_cannot_be_looked_into() {
    let host = Host::new();
    let (bundle, other) = (host.bundle(), host.bundle());
    bundle.let_in_intruder();
    let watcher =
        host.pontoon(&[&RUN[..], &["--name", "c1", bundle.path(), "/intruder", "watch"]].concat()).spawn();
    watcher.wait_for_stdout("ready\n");
    let pid = host.pontoon(&["inspect", "c1"]).ok().json();
    let pid = pid.pointer("/pid").or_else(|| pid.pointer("/0/pid")).expect("a pid").clone();
    other.config(|config| {
        let namespaces = config["linux"]["namespaces"].as_array_mut().unwrap();
        let own = namespaces.iter_mut().find(|namespace| namespace["type"] == "pid").unwrap();
        own["path"] = format!("/proc/{pid}/ns/pid").into();
    });
    for _ in 0..20 {
        run(&host, &[], &other, "true").ok();
    }
    fs::write(bundle.rootfs().join("stop"), "").unwrap();
    assert_only_the_containers_own(&watcher.wait().stdout);
    host.finish();
}

/// What an intruder reached is what programs of containers have: their own binary, root, and streams.
#[track_caller]
fn assert_only_the_containers_own(report: &str) {
    assert!(report.contains("rounds"), "{report}");
    let harmless = |target: &str| {
        matches!(target, "/" | "/bin/busybox" | "/dev/null")
            // The same, of a container whose mounts were being taken apart when it was looked at.
            || target == "/null"
            || target.starts_with("pipe:[")
            || target == "/proc"
            // What stands between Pontoon and the program: sealed memory, with nothing of the host's.
            || target.starts_with("/memfd:pontoon-airlock")
    };
    let reached = report.lines().filter_map(|line| line.strip_prefix("reached "));
    let leaks: Vec<_> = reached.filter(|target| !harmless(target)).collect();
    assert!(leaks.is_empty(), "reached: {leaks:?}\n{report}");
}

/// CVE-2019-5736: a program that is a link to `/proc/self/exe` makes the kernel execute the runtime itself,
/// inside; who opened its file there could overwrite it on the host. Here the intruder really does, and the
/// runtime is a copy.
#[test]
fn the_hosts_own_binary_cannot_be_overwritten() {
    let host = Host::new();
    let bundle = host.bundle();
    bundle.let_in_intruder();
    fs::write(bundle.rootfs().join("bin/trap"), "#!/proc/self/exe\n").unwrap();
    host.sh(&format!("chmod +x {}/bin/trap", bundle.rootfs().display())).ok();
    let copy = host.dir().join("pontoon");
    fs::copy(host.pontoon_path(), &copy).unwrap();
    let pontoon = |args: &[&str]| host.cmd(copy.to_str().unwrap()).args(args);
    let intruder =
        pontoon(&[&RUN[..], &["--name", "c1", bundle.path(), "/intruder", "overwrite"]].concat()).spawn();
    intruder.wait_for_stdout("ready\n");
    for program in ["/bin/trap", "/proc/self/exe"] {
        for _ in 0..5 {
            assert_ne!(pontoon(&["exec", "c1", program]).run().status, 0);
        }
        assert_ne!(pontoon(&[&RUN[..], &[bundle.path(), program]].concat()).run().status, 0);
    }
    // The kernel keeps a file from being written while someone executes it, as who waits for the container
    // does: so that one is killed first.
    intruder.signal(nix::sys::signal::Signal::SIGKILL);
    host.wait_for("the end of Pontoon", || intruder.ended());
    fs::write(bundle.rootfs().join("stop"), "").unwrap();
    let report = intruder.wait().stdout;
    assert!(!report.contains("\nwritten"), "{report}");
    assert!(fs::read(&copy).unwrap() == fs::read(host.pontoon_path()).unwrap(), "overwritten: {report}");
    host.pontoon(&["ps"]).ok();
    host.finish();
}

/// CVE-2024-21626: a working directory of `/proc/self/fd/N` was the host's, by a descriptor that the runtime
/// held. None is entered, for `run` nor `exec`, and no link of that kind at all.
#[test]
fn a_working_directory_is_inside() {
    let host = Host::new();
    let bundle = host.bundle();
    let container = host.start("c1", &["--net=none"], &bundle, "");
    let numbers = (0..24).map(|number| format!("/proc/self/fd/{number}"));
    for cwd in numbers.chain(["/proc/self/cwd".into(), "/proc/1/root".into(), "/proc/1/root/etc".into()]) {
        run(&host, &["-w", &cwd], &bundle, "pwd").fails(125).error();
        host.pontoon(&["exec", "-w", &cwd, "c1", "pwd"]).fails(125).error();
    }
    // A link in the root is resolved there.
    std::os::unix::fs::symlink("/etc/../../../bin", bundle.rootfs().join("link")).unwrap();
    assert_eq!(run(&host, &["-w", "/link"], &bundle, "pwd -P").ok().line(), "/bin");
    container.end();
    host.finish();
}

/// CVE-2024-21626: whatever Pontoon, or who started it, has open, the program has its three streams.
#[test]
fn only_the_streams_survive() {
    let host = Host::new();
    let bundle = host.bundle();
    let container = host.start("c1", &["--net=none"], &bundle, "");
    let open = "exec 3</etc/passwd 7</etc 9>/dev/null; exec \"$@\"";
    let list = ["ls", "/proc/self/fd"];
    let pontoon = host.pontoon_path();
    let with_more = |args: &[&str]| {
        let start = [&["-c", open, "sh", pontoon.to_str().unwrap()], args, &list].concat();
        host.cmd("sh").args(&start).ok().stdout
    };
    assert_eq!(with_more(&[&RUN[..], &[bundle.path()]].concat()), "0\n1\n2\n3\n");
    assert_eq!(with_more(&["exec", "c1"]), "0\n1\n2\n3\n");
    container.end();
    host.finish();
}

/// The host's environment is the host's; signals that Pontoon or its caller block or ignore (SIGPIPE, by
/// Rust) are as new in the program.
#[test]
fn environment_and_signals_are_fresh() {
    let host = Host::new();
    let bundle = host.bundle();
    let container = host.start("c1", &["--net=none"], &bundle, "");
    let script =
        "env; tr '\\0' '\\n' </proc/1/environ; grep -E 'Sig(Blk|Ign)' /proc/self/status | tr -d '\\t'";
    let pontoon = host.pontoon_path();
    for args in [&[&RUN[..], &[bundle.path()]].concat()[..], &["exec", "c1"]] {
        let ignore = ["-c", "trap '' INT QUIT PIPE USR1; exec \"$@\"", "sh", pontoon.to_str().unwrap()];
        let out = host.cmd("sh").args(&[&ignore[..], args, &["sh", "-c", script]].concat());
        let out = out.env("SECRET_OF_THE_HOST", "x").ok();
        assert!(!out.stdout.contains("SECRET_OF_THE_HOST"), "{out}");
        // Signals 32 and 33 are the C library's, which lets nobody set them.
        let ignored = out.line().rsplit("SigIgn:").next().and_then(|mask| u64::from_str_radix(mask, 16).ok());
        assert_eq!(ignored.map(|mask| mask & !(3 << 31)), Some(0), "{out}");
        assert!(out.stdout.contains("SigBlk:0000000000000000\n"), "{out}");
    }
    container.end();
    host.finish();
}
