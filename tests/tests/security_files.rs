//! Paths that an attacker prepares in a root file system: none leads out, whoever changes them meanwhile.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
use pontoon_tests::{Bundle, Cmd, Host};
use serde_json::json;

/// `pontoon run --rm --net=none FLAGS BUNDLE sh -c SCRIPT`.
fn run<'h>(host: &'h Host, flags: &[&str], bundle: &Bundle, script: &str) -> Cmd<'h> {
    let run = [&["run", "--rm", "--net=none"], flags, &[bundle.path(), "sh", "-c", script]];
    host.pontoon(&run.concat())
}

/// A directory of the host's with one file in it, and what it looks like.
struct Sentinel(PathBuf);

impl Sentinel {
    fn new(host: &Host) -> Self {
        let path = host.dir().join("sentinel");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("file"), "of the host").unwrap();
        Self(path)
    }

    fn text(&self) -> &str {
        self.0.to_str().unwrap()
    }

    #[track_caller]
    fn is_unchanged(&self) {
        let names: Vec<_> = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["file"], "made or removed on the host");
        assert_eq!(fs::read_to_string(self.0.join("file")).unwrap(), "of the host");
    }
}

/// Puts a link where something is in the root.
fn plant(bundle: &Bundle, path: &str, target: impl AsRef<Path>) {
    let path = bundle.rootfs().join(path);
    if path.is_dir() && !path.is_symlink() {
        fs::remove_dir_all(&path).unwrap();
    } else {
        let _ = fs::remove_file(&path);
    }
    symlink(target, path).unwrap();
}

/// CVE-2019-19921, CVE-2023-27561, CVE-2023-28642, CVE-2025-54867, CVE-2026-41579, CVE-2026-47766: a root whose
/// `/proc`, `/sys` or `/dev` is a link has the kernel's files mounted elsewhere, unmasked, or has nodes made on
/// the host.
#[test]
fn proc_sys_and_dev_are_no_links() {
    let host = Host::new();
    let sentinel = Sentinel::new(&host);
    for name in ["proc", "sys", "dev"] {
        for target in [sentinel.text(), "/tmp", "tmp", "../../../../../../tmp"] {
            let bundle = host.bundle();
            plant(&bundle, name, target);
            let refused = run(&host, &[], &bundle, "true").fails(125);
            assert!(refused.error().contains(&format!("/{name}")), "{refused}");
            assert_eq!(fs::read_dir(bundle.rootfs().join("tmp")).unwrap().count(), 0);
            sentinel.is_unchanged();
        }
    }
    // Also where nothing is mounted on /dev, so that nodes are made in the root itself.
    let bundle = host.bundle();
    plant(&bundle, "dev", sentinel.text());
    bundle.config(|config| config["mounts"].as_array_mut().unwrap().retain(|mount| mount["type"] == "proc"));
    run(&host, &[], &bundle, "true").fails(125).error();
    sentinel.is_unchanged();
    host.finish();
}

/// CVE-2019-18837: a link as mount target. What it leads to, it leads to inside.
#[test]
fn a_mount_target_is_inside() {
    let host = Host::new();
    let sentinel = Sentinel::new(&host);
    let volume = host.dir().join("volume");
    fs::create_dir(&volume).unwrap();
    let up = format!("../../../../../..{}", sentinel.text());
    for target in [sentinel.text(), &up] {
        for place in ["/data", "/data/new", "/data/new/er", "/data/../data/new"] {
            let bundle = host.bundle();
            plant(&bundle, "data", target);
            let flag = format!("{}:{place}", volume.display());
            run(&host, &["-v", &flag], &bundle, "echo x >/data/file").run();
            sentinel.is_unchanged();
        }
    }
    host.finish();
}

/// CVE-2025-24965: every file that Pontoon makes or binds in the root, through a link. Images of systemd's have
/// links of that kind that lead to what is not there yet: those work, and inside.
#[test]
fn what_is_written_into_the_root_stays_there() {
    let host = Host::new();
    let sentinel = Sentinel::new(&host);
    let outside = sentinel.0.join("made");
    for name in ["hostname", "hosts", "resolv.conf"] {
        for target in
            [outside.to_str().unwrap(), sentinel.0.join("file").to_str().unwrap(), "../run/there/made"]
        {
            let bundle = host.bundle();
            plant(&bundle, &format!("etc/{name}"), target);
            run(
                &host,
                &["--hostname", "boat"],
                &bundle,
                "grep boat /etc/hostname && cat /etc/hosts /etc/resolv.conf",
            )
            .ok();
            sentinel.is_unchanged();
        }
        // A link to itself leads nowhere, and ends.
        let bundle = host.bundle();
        plant(&bundle, &format!("etc/{name}"), name);
        run(&host, &[], &bundle, "true").fails(125).error();
    }
    let bundle = host.bundle();
    plant(&bundle, "made", &sentinel.0);
    run(&host, &["-w", "/made/new"], &bundle, "pwd").run();
    sentinel.is_unchanged();
    plant(&bundle, "etc", &sentinel.0);
    run(&host, &["-w", "/etc"], &bundle, "true").run();
    sentinel.is_unchanged();
    host.finish();
}

/// An `/etc/passwd` that is no file of the root is none: a device, a pipe, a file of the host's.
#[test]
fn users_are_looked_up_inside() {
    let host = Host::new();
    let stranger = host.dir().join("passwd");
    fs::write(&stranger, "eve:x:5:5::/:\n").unwrap();
    for target in [stranger.to_str().unwrap(), "/zero", "/pipe", "/proc/self/fd/0"] {
        let bundle = host.bundle();
        let root = bundle.rootfs();
        host.sh(&format!("cd {} && mknod zero c 1 5 && mkfifo pipe", root.display())).ok();
        plant(&bundle, "etc/passwd", target);
        let refused =
            run(&host, &["-u", "eve"], &bundle, "true").limit(std::time::Duration::from_secs(5)).fails(125);
        assert!(refused.error().contains("eve"), "{refused}");
    }
    host.finish();
}

/// CVE-2019-16884: a volume of the image's at `/proc` was a place where the runtime, and the program, took
/// files for the kernel's. Only a procfs goes there; the files that lxcfs fakes may be.
#[test]
fn nothing_is_mounted_over_proc() {
    let host = Host::new();
    let volume = host.dir().join("volume");
    fs::create_dir(&volume).unwrap();
    fs::write(host.dir().join("uptime"), "1.00 1.00\n").unwrap();
    let bundle = host.bundle();
    symlink("/proc", bundle.rootfs().join("link")).unwrap();
    symlink("/proc/self", bundle.rootfs().join("deep")).unwrap();
    for place in [
        "/proc",
        "/proc/",
        "//proc",
        "/tmp/../proc",
        "/proc/sys",
        "/proc/self/attr",
        "/link",
        "/link/sys",
        "/deep",
    ] {
        let refused =
            run(&host, &["-v", &format!("{}:{place}", volume.display())], &bundle, "true").fails(125);
        refused.error();
    }
    for mounts in [
        json!([{"destination": "/proc", "type": "tmpfs", "source": "tmpfs"}]),
        json!([{"destination": "/proc", "type": "bind", "source": volume, "options": ["bind"]}]),
        json!([{"destination": "/proc", "type": "proc", "source": "proc"}, {"destination": "/link", "type": "tmpfs"}]),
    ] {
        let bundle = host.bundle();
        symlink("proc", bundle.rootfs().join("link")).unwrap();
        bundle.config(|config| config["mounts"] = mounts);
        let refused = run(&host, &[], &bundle, "true").fails(125);
        assert!(refused.error().contains("proc"), "{refused}");
    }
    let uptime = format!("{}:/proc/uptime", host.dir().join("uptime").display());
    assert_eq!(run(&host, &["-v", &uptime], &bundle, "cat /proc/uptime").ok().line(), "1.00 1.00");
    run(&host, &["-v", "/proc:/proc"], &bundle, "test -d /proc/1").ok();
    host.finish();
}

/// A volume over `/` would be the root instead of the bundle's.
#[test]
fn nothing_is_mounted_over_the_root() {
    let host = Host::new();
    let bundle = host.bundle();
    for place in ["/", "//", "/tmp/.."] {
        run(&host, &["-v", &format!("{}:{place}", host.dir().display())], &bundle, "true").fails(125).error();
    }
    host.finish();
}

/// CVE-2021-30465, CVE-2024-45310: while containers start, a directory of their root is a link to the host in
/// one moment and a directory in the next. Whatever the moment, nothing is made outside.
#[test]
fn a_race_for_a_mount_target_is_lost() {
    let host = Host::new();
    let sentinel = Sentinel::new(&host);
    let bundle = host.bundle();
    let volume = host.dir().join("volume");
    fs::create_dir(&volume).unwrap();
    let (real, trap) = (bundle.rootfs().join("data"), bundle.rootfs().join("trap"));
    fs::create_dir_all(real.join("a")).unwrap();
    symlink(&sentinel.0, &trap).unwrap();
    let over = AtomicBool::new(false);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                renameat2(AT_FDCWD, &real, AT_FDCWD, &trap, RenameFlags::RENAME_EXCHANGE).expect("renameat2");
            }
        });
        let mut started = 0;
        for round in 0..25 {
            let flag = format!("{}:/data/a/new{round}/target", volume.display());
            let cwd = format!("/data/work{round}");
            let out = run(&host, &["-v", &flag, "-w", &cwd], &bundle, "echo x >made; cat /data/file").run();
            assert!(!out.stdout.contains("of the host"), "{out}");
            started += u32::from(out.stderr.contains("/data/file"));
        }
        over.store(true, Ordering::Relaxed);
        assert!(started > 0, "no container ever started, so that nothing was proven");
    });
    sentinel.is_unchanged();
    host.finish();
}

/// CVE-2025-31133, CVE-2025-62161: paths are masked by `/dev/null`, so whoever made that a link chose what is
/// mounted there.
#[test]
fn masks_are_the_kernels_null() {
    let host = Host::new();
    let sentinel = Sentinel::new(&host);
    let bundle = host.bundle();
    fs::create_dir_all(bundle.rootfs().join("dev")).unwrap();
    plant(&bundle, "dev/null", sentinel.0.join("file"));
    let masked = "stat -c %t:%T /proc/keys; cat /proc/keys; echo x >/proc/keys; stat -c %t:%T /dev/null";
    assert_eq!(run(&host, &[], &bundle, masked).ok().stdout, "1:3\n1:3\n");
    // Without a fresh /dev the link itself is where the node should be.
    bundle.config(|config| config["mounts"].as_array_mut().unwrap().retain(|mount| mount["type"] == "proc"));
    let refused = run(&host, &[], &bundle, "true").fails(125);
    assert!(refused.error().contains("/dev/null"), "{refused}");
    sentinel.is_unchanged();
    host.finish();
}

/// The node that masks is the host's own: inside, nobody changes its mode, owner or times for everybody.
#[test]
fn the_hosts_null_is_nobodys_to_change() {
    let host = Host::new();
    let bundle = host.bundle();
    // As it is already, so that nothing happens to the machine where this is possible after all.
    let script = "for f in /proc/keys /proc/timer_list; do chmod 666 $f; chown 0:0 $f; touch $f; done 2>&1";
    let out = run(&host, &[], &bundle, script).run();
    assert_eq!(out.stdout.matches("Read-only file system").count(), 6, "{out}");
    // Nor by a stream: one that is the host's /dev/null is the container's own instead.
    let script = "streams=$(for n in 0 1 2; do stat -Lc %d:%i /proc/$$/fd/$n; done | sort -u)
        test \"$streams\" = $(stat -c %d:%i /dev/null) && touch /tmp/same";
    let pontoon = host.pontoon_path();
    let quiet = format!("exec {} \"$@\" </dev/null >/dev/null 2>&1", pontoon.display());
    let silently = |args: &[&str]| {
        let _ = fs::remove_file(bundle.rootfs().join("tmp/same"));
        host.cmd("sh").args(&[&["-c", &quiet, "sh"], args, &["sh", "-c", script]].concat()).run();
        assert!(bundle.rootfs().join("tmp/same").exists(), "{args:?} got the host's own /dev/null");
    };
    silently(&["run", "--rm", "--net=none", bundle.path()]);
    let container = host.start("c1", &["--net=none"], &bundle, "");
    silently(&["exec", "c1"]);
    silently(&["exec", "-i", "c1"]);
    container.end();
    host.finish();
}
