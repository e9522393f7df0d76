//! `--dry-run` and `--explain`.

use pontoon_tests::Host;

#[test]
fn a_dry_run_touches_nothing() {
    let host = Host::new();
    let bundle = host.bundle();
    let look = "ip -o link | cut -d' ' -f2; find /run/pontoon /sys/fs/cgroup -name '*pontoon*' 2>/dev/null; cat /proc/mounts";
    let before = host.sh(look).ok().stdout;
    let plan = host.pontoon(&["run", "--dry-run", "--net=bridge", bundle.path(), "true"]).ok();
    assert_eq!(host.sh(look).ok().stdout, before);
    for word in ["clone3", "pivot_root", "execve"] {
        assert!(plan.stdout.contains(word), "{word} is not in {plan}");
    }
    host.finish();
}

#[test]
fn a_dry_run_needs_no_root() {
    let host = Host::new();
    let bundle = host.bundle();
    let script = format!(
        "chmod 755 {0}; cp {1} {0}/p; chmod 755 {0}/p
        setpriv --reuid=65534 --regid=65534 --clear-groups {0}/p run --dry-run --net=bridge {2} true",
        host.dir().display(),
        host.pontoon_path().display(),
        bundle.path()
    );
    host.sh(&script).ok();
    host.finish();
}
