//! The harness itself: that a host is clean, apart from others, and sees what is left behind.

use std::path::Path;
use std::time::Duration;

use nix::sys::signal::Signal;
use pontoon_tests::Host;

/// A directory of cgroups: of version 1, or else of version 2.
const HIERARCHY: &str = "$(ls -d /sys/fs/cgroup/memory 2>/dev/null || echo /sys/fs/cgroup)";

/// What the host says is left, if only this was done in it.
fn left_by(script: &str) -> String {
    let host = Host::new().look_for(Duration::from_millis(50));
    host.sh(script).ok();
    let left = host.leftovers().join("\n");
    // Undone, or else the host fails this test too.
    host.sh("ip link del b0; umount -R /run/netns /mnt; rm -rf /run/pontoon /run/netns; kill -9 -1").run();
    host.sh("for dir in /sys/fs/cgroup/pontoon /sys/fs/cgroup/*/pontoon; do rmdir $dir/*; done").run();
    host.look_for(Duration::from_secs(5)).finish();
    left
}

#[test]
fn a_new_host_has_nothing() {
    let host = Host::new();
    let links = host.sh("ip -brief link").ok();
    assert_eq!(links.stdout.lines().count(), 1, "{links}");
    assert!(links.stdout.starts_with("lo ") && links.stdout.contains("LOWER_UP"), "{links}");
    assert_eq!(host.sh("ls -A /run").ok().stdout, "");
    assert_eq!(host.sh("echo $$").ok().line().parse::<u32>().unwrap() / 1000, 0, "numbers from 1 on");
    assert!(host.dir().is_dir() && host.sh("pwd").ok().line() == host.dir().to_str().unwrap());
    host.finish();
}

#[test]
fn hosts_do_not_see_each_other() {
    let (one, other) = (Host::new(), Host::new());
    one.sh("ip link add b0 type bridge; touch /run/mine; mount -t tmpfs tmpfs /mnt").ok();
    one.sh(&format!("mkdir {HIERARCHY}/mine")).ok();
    let _running = one.cmd("sleep").args(&["1000"]).spawn();
    other.sh("! ip link show b0 && [ ! -e /run/mine ] && ! mountpoint -q /mnt && ! pidof sleep").ok();
    other.sh(&format!("[ ! -e {HIERARCHY}/mine ]")).ok();
    assert!(!Path::new("/run/mine").exists());
    one.sh("ip link del b0; umount /mnt; kill -9 -1").run();
    one.sh(&format!("rmdir {HIERARCHY}/mine")).ok();
    assert!(one.inside(|| Path::new("/run/mine").exists()));
}

#[test]
fn leftovers_are_seen() {
    assert_eq!(left_by("true"), "");
    assert!(left_by("ip link add b0 type bridge").starts_with("link: "));
    assert_eq!(left_by("mount -t tmpfs tmpfs /mnt"), "mount: /mnt");
    let process = left_by("sleep 1000 >/dev/null 2>&1 &");
    assert!(process.starts_with("process: ") && process.ends_with("sleep 1000"), "{process}");
    let namespace = left_by("ip netns add n");
    assert!(namespace.contains("mount: /run/netns/n") && namespace.contains("namespace: "), "{namespace}");
}

#[test]
fn leftover_cgroups_are_seen() {
    let left = left_by(&format!("mkdir -p {HIERARCHY}/pontoon/c1"));
    assert!(left.starts_with("cgroup: /sys/fs/cgroup") && left.ends_with("/pontoon/c1"), "{left}");
    assert_eq!(left_by(&format!("mkdir -p {HIERARCHY}/pontoon")), "", "the parent may stay");
}

#[test]
fn leftover_state_is_seen() {
    let empty = "mkdir -p /run/pontoon/containers /run/pontoon/networks/bridge/leases && cd /run/pontoon";
    assert_eq!(left_by(&format!("{empty}; touch networks/bridge/bridge.json")), "", "a network may stay");
    let left = |script: &str| left_by(&format!("{empty}; {script}"));
    assert_eq!(left("mkdir containers/c1"), "state: /run/pontoon/containers/c1");
    assert_eq!(left("touch 12.34.c1"), "state: /run/pontoon/12.34.c1");
    let lease = left("ln -s c1 networks/bridge/leases/10.0.0.2");
    assert_eq!(lease, "state: /run/pontoon/networks/bridge/leases/10.0.0.2");
}

#[test]
#[should_panic(expected = "left behind:\n  mount: /mnt")]
fn a_dropped_host_looks_too() {
    let host = Host::new().look_for(Duration::from_millis(50));
    host.sh("mount -t tmpfs tmpfs /mnt").ok();
}

#[test]
fn programs_end_as_they_end() {
    let host = Host::new();
    assert_eq!(host.sh("exit 7").fails(7).status, 7);
    assert_eq!(host.sh("kill -TERM $$").run().status, 128 + 15);
    assert_eq!(host.cmd("cat").stdin("hello").ok().stdout, "hello");
    let error = host.sh("echo no >&2; exit 125").fails(125);
    assert_eq!(error.error(), "no");
    let running =
        host.sh("trap 'echo caught; exit 3' TERM; echo ready; while :; do sleep 0.01; done").spawn();
    running.wait_for_stdout("ready");
    running.signal(Signal::SIGTERM);
    let output = running.wait();
    assert_eq!((output.status, output.stdout.as_str()), (3, "ready\ncaught\n"));
    host.finish();
}

#[test]
#[should_panic(expected = "not over after 100ms")]
fn programs_that_hang_are_ended() {
    let host = Host::new();
    host.sh("sleep 1000 & exit").limit(Duration::from_millis(100)).run();
}

#[test]
fn a_terminal_is_one() {
    let host = Host::new();
    let mut terminal =
        host.sh("tty; stty size; read line; echo got $line; stty size; read end").at_terminal();
    terminal.wait_for("24 80");
    terminal.resize(50, 132);
    terminal.write("hello\n");
    terminal.wait_for("50 132");
    terminal.write("\x04");
    let output = terminal.wait();
    assert!(output.stdout.contains("/dev/pts/") && output.stdout.contains("got hello"), "{output}");
    host.finish();
}

#[test]
fn a_bundle_is_the_tests_own() {
    let host = Host::new();
    let (one, other) = (host.bundle(), host.bundle());
    one.config(|config| config["process"]["cwd"] = "/tmp".into()).write("etc/motd", "hello");
    assert!(!other.rootfs().join("etc/motd").exists());
    assert!(std::fs::read_to_string(one.config_file()).unwrap().contains("/tmp"));
    host.cmd("chroot").args(&[one.rootfs().to_str().unwrap(), "cat", "/etc/motd"]).ok();
    host.finish();
}
