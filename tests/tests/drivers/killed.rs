//! Changes that are killed half-way.

use std::time::Instant;

use nix::sys::signal::Signal;
use pontoon_tests::Host;

use super::{lan, network, unlan, within};

/// Whether what is inside, what is noted and what is claimed is one and the same: a card, or none.
#[track_caller]
fn whole(host: &Host, name: &str, network: &str) -> bool {
    let inside = within(host, name, "ip -o link | grep -vc LOOPBACK || true");
    let leases = host.sh(&format!("ls /run/pontoon/networks/{network}/leases | wc -l")).ok();
    let noted = host.sh("ls /run/pontoon/containers/*/ | grep -c ^card || true").ok();
    assert_eq!([leases.line(), noted.line()], [inside.trim(); 2], "leases, notes");
    inside.trim() == "1"
}

/// A change that is killed at any moment is whole or undone after the next command.
fn killed(host: &Host, name: &str) {
    let asked = name;
    let name = name.split(':').next().unwrap_or(name);
    let one = host.start("one", &["--net=none"], &host.bundle(), "");
    for microseconds in (0..24_000).step_by(1_500) {
        for verb in ["connect", "disconnect"] {
            let begun = Instant::now();
            let network_of = if verb == "connect" { asked } else { name };
            let running = host.pontoon(&["network", verb, network_of, "one"]).spawn();
            while begun.elapsed().as_micros() < microseconds {
                std::hint::spin_loop();
            }
            running.signal(Signal::SIGKILL);
            running.wait();
            host.pontoon(&["ps", "-q"]).ok();
            let connected = whole(host, "one", name);
            if verb == "connect" && !connected {
                network(host, &format!("connect {asked} one"));
            } else if verb == "disconnect" && connected {
                network(host, &format!("disconnect {name} one"));
            }
        }
    }
    one.end();
    network(host, &format!("rm {name}"));
}

#[test]
fn killed_at_any_moment_a_macvlan_is_there_wholly_or_not_at_all() {
    let host = Host::new();
    lan(&host);
    network(&host, "create lan -d macvlan -o parent=lan0 --subnet 192.168.7.0/24");
    killed(&host, "lan");
    unlan(host);
}

#[test]
fn killed_at_any_moment_a_tap_is_there_wholly_or_not_at_all() {
    let host = Host::new();
    network(&host, "create vm -d tap --subnet 192.168.7.0/24");
    killed(&host, "vm");
    host.finish();
}

#[test]
fn killed_at_any_moment_a_limited_card_is_there_wholly_or_not_at_all() {
    let host = Host::new();
    network(&host, "create wide -d ptp --subnet 192.168.7.0/24");
    killed(&host, "wide:rate-up=1gbit");
    host.finish();
}
