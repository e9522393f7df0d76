//! `pontoon capture`, and what tcpdump reads of it.

mod blocks;
mod end;
mod file;
mod lines;
mod mistakes;
mod netlink;

use nix::sys::signal::Signal;
use pontoon_tests::{Host, Output, Running};

/// Starts a capture, and waits until it misses nothing any more.
#[track_caller]
fn capture<'h>(host: &'h Host, words: &[&str]) -> Running<'h> {
    let capture = host.pontoon(&[&["capture"], words].concat()).spawn();
    host.wait_for("a capture", || capture.stderr().contains("listening on ") || capture.ended());
    assert!(capture.stderr().contains("listening on "), "{}", capture.stderr());
    capture
}

/// Ends it as a Ctrl-C does.
#[track_caller]
fn end(capture: Running<'_>) -> Output {
    capture.signal(Signal::SIGINT);
    let out = capture.wait();
    assert_eq!(out.status, 0, "{out}");
    out
}

/// What the real tcpdump says of a file: a line for each packet, without its time.
#[track_caller]
fn tcpdump(host: &Host, file: &str) -> Vec<String> {
    let out = host.cmd("tcpdump").args(&["-nSt", "-r", file]).ok();
    out.stdout.lines().map(str::to_owned).collect()
}

/// A host and a namespace `there`, 10.9.0.1 by `d0` and 10.9.0.2 by `d1`. Nothing is said between them unasked.
fn pair() -> Host {
    let host = Host::new();
    host.sh("set -e; ip netns add there; ip -n there link set lo up
        ip link add d0 type veth peer name d1 netns there
        ip link set d0 addrgenmode none; ip -n there link set d1 addrgenmode none
        ip addr add 10.9.0.1/24 dev d0; ip -n there addr add 10.9.0.2/24 dev d1
        ip link set d0 up; ip -n there link set d1 up")
        .ok();
    host
}

/// Takes the pair away, and looks for what else is left.
fn finish(host: Host) {
    host.sh("ip link del d0; ip netns del there; umount /run/netns").run();
    host.finish();
}
