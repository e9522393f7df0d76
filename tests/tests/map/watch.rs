//! `--watch`: what happens is drawn as it happens.

use nix::sys::signal::Signal;
use pontoon_tests::{Host, Running};

/// Whether the last picture that was drawn fulfils a condition.
fn last(watch: &Running<'_>, condition: impl Fn(&str) -> bool) -> bool {
    let drawn = watch.stdout();
    drawn.rfind("╭─ host ─").is_some_and(|start| condition(&drawn[start..]))
}

#[test]
fn what_comes_and_goes_is_drawn_in_every_namespace() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    let watch = host.pontoon(&["map", "--watch"]).env("LC_ALL", "C.UTF-8").spawn();
    let shows = |what: &str| host.wait_for(what, || last(&watch, |picture| picture.contains(what)));
    let shows_not = |what: &str| host.wait_for(what, || last(&watch, |picture| !picture.contains(what)));
    shows("lo ");
    host.sh("ip link add w0 type veth peer name w1").ok();
    shows("w0 ");
    host.sh("ip addr add 10.7.0.1/24 dev w0").ok();
    shows("10.7.0.1/24");
    host.sh("ip link set w0 up; ip link set w1 up; ip route add 10.8.0.0/16 via 10.7.0.2").ok();
    shows("10.8.0.0/16 via 10.7.0.2 dev w0");
    // Namespaces with a name, and what happens inside.
    host.sh("ip netns add green").ok();
    shows("green · namespace");
    host.sh("ip link set w1 netns green; ip -n green addr add 10.7.0.2/24 dev w1").ok();
    shows("10.7.0.2/24");
    host.sh("ip -n green addr del 10.7.0.2/24 dev w1").ok();
    shows_not("10.7.0.2/24");
    host.sh("ip netns del green").ok();
    shows_not("green");
    // That it was watched has not kept it: its end of the pair is gone, and the other with it.
    shows_not("w0 ");
    // Containers.
    let container = host.start("web", &["--net=bridge", "-p", "8080:80"], &bundle, "");
    shows("web · container");
    shows("published :8080 → 80/tcp");
    container.end();
    shows_not("web");
    shows_not("veth");
    watch.signal(Signal::SIGINT);
    let out = watch.wait();
    assert_eq!((out.status, out.stderr.as_str()), (0, ""), "{out}");
    assert!(out.stdout.contains("\n\n╭─ host ─"), "{out}");
    host.sh("umount /run/netns; rmdir /run/netns").ok();
    host.finish();
}

#[test]
fn a_namespace_that_only_a_process_keeps_goes_with_it() {
    let host = Host::new();
    let stranger = host.sh("exec unshare -n sleep 1002").spawn();
    let asked = || host.sh("pgrep -x -f 'sleep 1002'").run();
    host.wait_for("the process", || asked().status == 0);
    let made = format!("ip link add s0 type veth peer name s1 netns {}", asked().line());
    host.sh(&made).ok();
    let watch = host.pontoon(&["map", "--watch"]).env("LC_ALL", "C.UTF-8").spawn();
    host.wait_for("its namespace", || last(&watch, |picture| picture.contains("┤ s1")));
    stranger.signal(Signal::SIGKILL);
    drop(stranger);
    host.wait_for("its end", || last(&watch, |picture| !picture.contains("s0 ")));
    watch.signal(Signal::SIGTERM);
    assert_eq!(watch.wait().status, 128 + 15);
    host.finish();
}

#[test]
fn on_a_terminal_it_is_drawn_in_its_place_until_q() {
    let host = Host::new();
    let mut watch = host.pontoon(&["map", "--watch"]).env("LC_ALL", "C.UTF-8").at_terminal();
    watch.wait_for("─ host ─");
    host.sh("ip link add w0 type veth peer name w1").ok();
    watch.wait_for("w0 ");
    // A window of three lines says how many it lacks.
    watch.resize(3, 30);
    watch.wait_for("more lines)");
    host.sh("ip link del w0").ok();
    watch.write("xq");
    let out = watch.wait();
    assert_eq!(out.status, 0, "{out}");
    assert!(out.stdout.starts_with("\x1b[?1049h") && out.stdout.ends_with("\x1b[?25h\x1b[?1049l"), "{out}");
    host.finish();
}

#[test]
fn it_ends_when_nobody_reads_any_more() {
    let host = Host::new();
    let out = host.sh("LC_ALL=C.UTF-8 pontoon map --watch | head -n 1").ok();
    assert!(out.stdout.starts_with("╭─ host ─"), "{out}");
    host.finish();
}
