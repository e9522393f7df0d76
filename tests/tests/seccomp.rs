//! linux.seccomp: which system calls a container's programs may make.

use std::fs;

use pontoon_tests::{Bundle, Cmd, Host};
use serde_json::{Value, json};

const RUN: [&str; 3] = ["run", "--rm", "--net=none"];

/// `pontoon run --rm --net=none FLAGS BUNDLE COMMAND`.
fn run<'h>(host: &'h Host, flags: &[&str], bundle: &Bundle, command: &[&str]) -> Cmd<'h> {
    host.pontoon(&[&RUN[..], flags, &[bundle.path()], command].concat())
}

/// Gives a bundle another profile.
fn profile(bundle: &Bundle, profile: Value) -> &Bundle {
    bundle.config(|config| config["linux"]["seccomp"] = profile)
}

/// Everything is allowed but for these rules.
fn but(rules: &Value) -> Value {
    json!({ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": rules })
}

/// The signal of a system call that a filter refuses: SIGSYS.
const BY_FILTER: i32 = 128 + 31;

#[test]
fn actions_are_taken() {
    let host = Host::new();
    let bundle = host.bundle();
    for (action, errno, status, says) in [
        ("ERRNO", Some(5), 1, "Input/output error"),
        ("ERRNO", None, 1, "Operation not permitted"),
        ("TRACE", None, 1, "Function not implemented"),
        ("LOG", None, 0, ""),
        ("ALLOW", None, 0, ""),
        ("TRAP", None, BY_FILTER, ""),
        ("KILL", None, BY_FILTER, ""),
        ("KILL_THREAD", None, BY_FILTER, ""),
        ("KILL_PROCESS", None, BY_FILTER, ""),
    ] {
        let mut rule = json!({ "names": ["mkdir"], "action": format!("SCMP_ACT_{action}") });
        if let Some(errno) = errno {
            rule["errnoRet"] = errno.into();
        }
        let rule = json!({ "defaultAction": "SCMP_ACT_LOG", "syscalls": [rule] });
        let out = run(&host, &[], profile(&bundle, rule), &["mkdir", "/tmp/made"]).fails(status);
        assert!(out.stderr.contains(says), "{action}: {out}");
        fs::remove_dir(bundle.rootfs().join("tmp/made")).unwrap_or_default();
    }
    host.finish();
}

#[test]
fn arguments_are_compared() {
    // getpid(2) looks at none of them.
    const GETPID: &str = "39";
    let host = Host::new();
    let bundle = host.bundle();
    bundle.let_in("call");
    for (operator, value, value_two, yes, no) in [
        ("EQ", 1_u64 << 32, 0, "4294967296", "0"),
        ("NE", 1 << 32, 0, "4294967297", "4294967296"),
        ("LT", 7, 0, "6", "7"),
        ("LE", 7, 0, "7", "8"),
        ("GT", 7, 0, "4294967296", "7"),
        ("GE", 7, 0, "7", "6"),
        ("MASKED_EQ", 0xf0, 0x30, "53", "69"),
    ] {
        let argument = json!({ "index": 5, "value": value, "valueTwo": value_two, "op": format!("SCMP_CMP_{operator}") });
        let rule =
            json!({ "names": ["getpid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 99, "args": [argument] });
        profile(&bundle, but(&json!([rule])));
        let says = |argument: &str| {
            let command = ["/call", GETPID, "0", "0", "0", "0", "0", argument];
            run(&host, &[], &bundle, &command).ok().line().to_owned()
        };
        assert_eq!((says(yes), says(no)), ("EADDRNOTAVAIL".into(), "= 1".into()), "{operator}");
    }
    host.finish();
}

#[test]
fn other_architectures_are_let_in_by_name() {
    // getpid(2) of x32, and a number that no call has yet.
    let (x32, newer) = ((0x4000_0000 + 39).to_string(), "1000");
    let host = Host::new();
    let bundle = host.bundle();
    bundle.let_in("call");
    profile(&bundle, but(&json!([])));
    run(&host, &[], &bundle, &["/call", &x32]).fails(BY_FILTER);
    bundle.config(|config| config["linux"]["seccomp"]["architectures"] = json!(["SCMP_ARCH_X32"]));
    assert!(["ENOSYS", "= 1"].contains(&run(&host, &[], &bundle, &["/call", &x32]).ok().line()));
    // What is newer than the profile is not there, rather than forbidden.
    let bundle = host.bundle();
    bundle.let_in("call");
    assert_eq!(run(&host, &[], &bundle, &["/call", newer]).ok().line(), "ENOSYS");
    // reboot(2), to which magic numbers are missing anyway.
    assert_eq!(run(&host, &[], &bundle, &["/call", "169"]).ok().line(), "EPERM");
    host.finish();
}

/// What docker forbids by default, and that busybox does not mind.
#[test]
fn the_default_is_dockers() {
    let host = Host::new();
    let bundle = host.bundle();
    bundle.let_in("call");
    let denied = |what: &[&str]| run(&host, &[], &bundle, what).run();
    assert!(denied(&["unshare", "-U", "true"]).stderr.contains("Operation not permitted"));
    assert!(denied(&["mount", "-t", "tmpfs", "none", "/mnt"]).stderr.contains("mount"));
    // keyctl, bpf, io_uring_setup, userfaultfd, and sockets of AF_ALG and AF_VSOCK; clone3 is as if not there.
    let (local, forbidden) = ("1", ["38", "40"]);
    for number in ["250", "321", "425", "323"] {
        assert_eq!(denied(&["/call", number]).line(), "EPERM", "{number}");
    }
    for family in forbidden {
        assert_eq!(denied(&["/call", "41", family, "1"]).line(), "EPERM", "{family}");
    }
    assert_eq!(denied(&["/call", "41", local, "1"]).line(), "= 3");
    assert_eq!(denied(&["/call", "435"]).line(), "ENOSYS");
    let busy = "mkdir /tmp/a && ln -s a /tmp/b && ls -l /tmp | wc -l && (sleep 0 & wait) && chroot / id -u";
    assert_eq!(run(&host, &[], &bundle, &["sh", "-c", busy]).ok().stdout, "3\n0\n");
    let rootfs = bundle.rootfs();
    let bare = ["run", "--rm", "--net=none", "--rootfs", rootfs.to_str().unwrap(), "/call", "250"];
    assert_eq!(host.pontoon(&bare).ok().line(), "EPERM");
    host.finish();
}

/// Whoever the program is, one filter is in force, and no capability was left over from loading it.
#[test]
fn it_is_in_force_for_everybody() {
    const STATE: &str = "awk '/^(CapEff|CapPrm|NoNewPrivs|Seccomp)/ { print $2 }' /proc/self/status | xargs";
    let host = Host::new();
    let bundle = host.bundle();
    for no_new_privileges in [false, true] {
        bundle.config(|config| config["process"]["noNewPrivileges"] = no_new_privileges.into());
        let privileges = u8::from(no_new_privileges);
        let container = host.start("c1", &["--net=none"], &bundle, "");
        for (user, capabilities) in [("0", "00000000a80425fb"), ("nobody", "0000000000000000")] {
            let expected = format!("{capabilities} {capabilities} {privileges} 2 1");
            let out = run(&host, &["-u", user], &bundle, &["sh", "-c", STATE]).ok();
            assert_eq!(out.line(), expected, "run as {user}");
            let out = host.pontoon(&["exec", "-u", user, "c1", "sh", "-c", STATE]).ok();
            assert_eq!(out.line(), expected, "exec as {user}");
        }
        let denied = host.pontoon(&["exec", "c1", "unshare", "-U", "true"]).fails(1);
        assert!(denied.stderr.contains("Operation not permitted"), "{denied}");
        container.end();
    }
    host.finish();
}

/// A profile that allows what `true` and runc itself need, and nothing more: not even execveat, by which
/// Pontoon goes where it can.
fn narrow() -> Value {
    let names = [
        "execve",
        "write",
        "read",
        "capget",
        "capset",
        "prctl",
        "arch_prctl",
        "brk",
        "set_tid_address",
        "set_robust_list",
        "rseq",
        "prlimit64",
        "readlink",
        "readlinkat",
        "getrandom",
        "mprotect",
        "mmap",
        "munmap",
        "exit_group",
        "exit",
        "getuid",
        "setuid",
        "getgid",
        "setgid",
        "getpid",
        "ioctl",
        "fstat",
        "newfstatat",
        "close",
        "futex",
    ];
    let rule = json!({ "names": names, "action": "SCMP_ACT_ALLOW" });
    json!({ "defaultAction": "SCMP_ACT_KILL_PROCESS", "syscalls": [rule] })
}

#[test]
fn a_narrow_profile_need_not_know_of_pontoon() {
    let host = Host::new();
    let bundle = host.bundle();
    profile(&bundle, narrow());
    for no_new_privileges in [false, true] {
        bundle.config(|config| config["process"]["noNewPrivileges"] = no_new_privileges.into());
        for user in ["0", "nobody"] {
            let out = run(&host, &["-u", user], &bundle, &["echo", "hello"]).ok();
            assert_eq!(out.stdout, "hello\n");
            run(&host, &["-u", user], &bundle, &["mkdir", "/tmp/a"]).fails(BY_FILTER);
        }
    }
    // Where execveat is not allowed, and there is no /proc, only the airlock can load it.
    bundle.config(|config| {
        config["mounts"].as_array_mut().unwrap().retain(|mount| mount["destination"] != "/proc");
    });
    bundle.config(|config| config["linux"]["maskedPaths"] = json!([]));
    bundle.config(|config| config["linux"]["readonlyPaths"] = json!([]));
    assert_eq!(run(&host, &[], &bundle, &["echo", "hello"]).ok().stdout, "hello\n");
    bundle.config(|config| config["process"]["noNewPrivileges"] = false.into());
    let refused = run(&host, &[], &bundle, &["echo", "hello"]).fails(125);
    assert!(refused.error().contains("linux.seccomp refuses execveat(2)"), "{refused}");
    host.finish();
}

#[test]
fn what_cannot_be_is_said() {
    let host = Host::new();
    let bundle = host.bundle();
    let rule = |action: &str| json!([{ "names": ["mkdir"], "action": action }]);
    for (wrong, says) in [
        (json!({ "defaultAction": "SCMP_ACT_MAYBE" }), "SCMP_ACT_MAYBE"),
        (json!({ "defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 1 }), "takes no defaultErrnoRet"),
        (json!({ "defaultAction": "SCMP_ACT_ALLOW", "flags": ["SECCOMP_FILTER_FLAG_X"] }), "FLAG_X"),
        (json!({ "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_VAX"] }), "SCMP_ARCH_VAX"),
        (
            json!({ "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_PPC"] }),
            "linux.seccomp.architectures: SCMP_ARCH_PPC: libseccomp: ",
        ),
        (but(&rule("SCMP_ACT_NOTIFY")), "linux.seccomp.listenerPath: SCMP_ACT_NOTIFY needs one"),
    ] {
        let refused = run(&host, &[], profile(&bundle, wrong), &["true"]).fails(125);
        assert!(refused.error().contains(says), "{refused}");
    }
    let mut nobody = but(&rule("SCMP_ACT_NOTIFY"));
    nobody["listenerPath"] = "/nobody/listens".into();
    let refused = run(&host, &[], profile(&bundle, nobody), &["true"]).fails(125);
    assert!(refused.error().contains("linux.seccomp.listenerPath: /nobody/listens: "), "{refused}");
    // Calls of the future are passed over.
    let unknown = but(&json!([{ "names": ["time_travel"], "action": "SCMP_ACT_KILL" }]));
    run(&host, &[], profile(&bundle, unknown), &["true"]).ok();
    host.finish();
}

#[test]
fn every_flag_is_taken() {
    let host = Host::new();
    let bundle = host.bundle();
    let all = ["LOG", "TSYNC", "SPEC_ALLOW", "WAIT_KILLABLE_RECV"]
        .map(|flag| format!("SECCOMP_FILTER_FLAG_{flag}"));
    bundle.config(|config| config["linux"]["seccomp"]["flags"] = json!(all));
    let out = host.pontoon(&[&["--explain"], &RUN[..], &[bundle.path(), "true"]].concat()).ok();
    let told = "seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG|SECCOMP_FILTER_FLAG_SPEC_ALLOW, ";
    assert!(out.stderr.contains(told), "{out}");
    assert!(out.stderr.contains("instructions: SCMP_ACT_ERRNO(1) by default"), "{out}");
    host.finish();
}

/// Two containers of one profile share its program; it is compiled once.
#[test]
fn a_profile_is_compiled_once() {
    let host = Host::new();
    let bundle = host.bundle();
    let kept = || host.inside(|| fs::read_dir("/run/pontoon/seccomp").map_or(0, Iterator::count));
    let explained =
        || host.pontoon(&[&["--explain"], &RUN[..], &[bundle.path(), "true"]].concat()).ok().stderr;
    host.pontoon(&[&["--dry-run"], &RUN[..], &[bundle.path(), "true"]].concat()).ok();
    assert_eq!(kept(), 0);
    assert!(explained().contains("/filter\", O_CREAT|O_EXCL, 0600"));
    assert!(!explained().contains("/filter\", O_CREAT|O_EXCL, 0600"));
    assert_eq!(kept(), 1);
    profile(&bundle, but(&json!([])));
    run(&host, &[], &bundle, &["true"]).ok();
    assert_eq!(kept(), 2);
    host.finish();
}
