//! Rooms of one house: what root of a user namespace may not reach of those who come in.

use std::os::unix::fs::lchown;

use pontoon_tests::{Bundle, Cmd, Host};
/// Who root inside is.
const ROOT: u32 = 65_534;

/// A bundle whose root, that is `nobody` outside, may do everything inside, and runs the intruder.
fn bundle(host: &Host) -> Bundle {
    host.sh(&format!("chmod 755 {}", host.dir().display())).ok();
    let bundle = host.bundle();
    bundle.let_in_intruder().nest(ROOT, 1).config(|config| {
        config["linux"].as_object_mut().unwrap().remove("resources");
        for mount in config["mounts"].as_array_mut().unwrap() {
            mount["options"].as_array_mut().unwrap().retain(|option| option != "gid=5");
        }
        for set in ["bounding", "effective", "permitted"] {
            let set = config["process"]["capabilities"][set].as_array_mut().unwrap();
            set.extend(["CAP_SYS_PTRACE", "CAP_SYS_ADMIN", "CAP_DAC_READ_SEARCH"].map(Into::into));
        }
    });
    bundle.give_to(ROOT);
    bundle
}

/// Watches from inside while `join` is done 20 times; what is reached is to be programs' own.
fn watch<'h>(host: &Host, pontoon: impl Fn(&[&str]) -> Cmd<'h>, join: impl Fn(&Bundle)) {
    let bundle = bundle(host);
    let run = ["run", "--rm", "--net=none", "--name=c1", bundle.path(), "/intruder", "watch"];
    let watcher = pontoon(&run).spawn();
    watcher.wait_for_stdout("ready\n");
    for _ in 0..20 {
        join(&bundle);
    }
    bundle.write("stop", "");
    let report = watcher.wait().stdout;
    let harmless = |target: &str| {
        matches!(target, "/" | "/bin/busybox" | "/dev/null" | "/proc")
            || target.starts_with("pipe:[")
            || target.starts_with("/memfd:pontoon-airlock")
    };
    let leaks: Vec<&str> = report
        .lines()
        .filter_map(|line| line.strip_prefix("reached "))
        .filter(|target| !harmless(target))
        .collect();
    assert!(report.contains("rounds") && leaks.is_empty(), "reached: {leaks:?}\n{report}");
}

/// CVE-2016-9962, by one who is root in the namespace that is joined.
#[test]
fn a_program_that_joins_cannot_be_looked_into() {
    let host = Host::new();
    let pontoon = |args: &[&str]| host.pontoon(args);
    watch(&host, pontoon, |_| drop(host.pontoon(&["exec", "c1", "true"]).ok()));
    host.finish();
}

/// The same, where the one outside is no more than the one inside.
#[test]
fn nor_can_one_that_is_not_roots() {
    let host = Host::new();
    let runtime = host.dir().join("runtime");
    std::fs::create_dir(&runtime).unwrap();
    lchown(&runtime, Some(ROOT), Some(ROOT)).unwrap();
    let path = host.pontoon_path();
    let who = ["--reuid=65534", "--regid=65534", "--clear-groups", path.to_str().unwrap()];
    let pontoon = |args: &[&str]| {
        host.cmd("setpriv").args(&who).args(args).env("XDG_RUNTIME_DIR", runtime.to_str().unwrap())
    };
    watch(&host, pontoon, |_| drop(pontoon(&["exec", "c1", "true"]).ok()));
    host.finish();
}

/// The same, by another container that is started into the namespaces.
#[test]
fn nor_can_a_container_that_joins() {
    let host = Host::new();
    let pontoon = |args: &[&str]| host.pontoon(args);
    watch(&host, pontoon, |_| {
        let pid = host.pontoon(&["inspect", "c1"]).ok().json()[0]["pid"].clone();
        let other = bundle(&host);
        for kind in ["pid", "user"] {
            other.namespace(kind, Some(&format!("/proc/{pid}/ns/{kind}")));
        }
        host.pontoon(&["run", "--rm", "--net=none", other.path(), "true"]).ok();
    });
    host.finish();
}

/// Root inside is nobody to the host's files, whatever it may do inside.
#[test]
fn root_inside_has_no_right_outside() {
    let host = Host::new();
    let bundle = bundle(&host);
    let secret = host.dir().join("secret");
    std::fs::write(&secret, "words\n").unwrap();
    host.sh(&format!("chmod 600 {}", secret.display())).ok();
    let flag = format!("{}:/secret", secret.display());
    let script = "cat /secret 2>/dev/null; chmod 666 /secret 2>/dev/null; chown 0 /secret 2>/dev/null
        mknod /dev/vda b 254 0 2>/dev/null && echo made
        mount -o remount,bind,rw /proc/sys 2>/dev/null && echo 1 2>/dev/null >/proc/sys/kernel/sysrq && echo written
        echo 1 2>/dev/null >/proc/sysrq-trigger && echo triggered
        for tree in /sys/fs/cgroup/*; do echo /x 2>/dev/null >$tree/release_agent && echo agent; done
        ls -l /proc/1/root/secret | cut -c1-10";
    let run = ["run", "--rm", "--net=none", "-v", &flag, bundle.path(), "sh", "-c", script];
    assert_eq!(host.pontoon(&run).ok().stdout, "-rw-------\n");
    host.finish();
}
