//! `pontoon link`, `addr`, `neigh` and `tuntap` change what `ip` would, in its words, and fail as it does.

mod addresses;
mod links;
mod mistakes;
mod neighbours;
mod taps;
mod traffic;

use pontoon_tests::Host;

/// A host with two devices, `d0` and `d1`, tied to each other, of which `d0` has addresses. Two such are alike.
fn host() -> Host {
    let host = Host::new();
    // A device that looks for others of its link-local address changes by itself.
    host.sh("echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
        ip link add d0 address 02:00:00:00:00:d0 type veth peer d1 address 02:00:00:00:00:d1
        ip link set d0 up; ip link set d1 up
        ip addr add 10.9.0.1/24 dev d0; ip -6 addr add 2001:db8:77::1/64 dev d0 nodad")
        .ok();
    host
}

/// Takes all devices away, and looks for what else is left.
fn finish(host: Host) {
    host.sh("for link in $(ip -o link show | sed -n 's/^[0-9]*: \\([^@:]*\\).*/\\1/p'); do ip link del $link; done")
        .run();
    host.finish();
}

/// Runs each of `lines` by `ip` in one host and by Pontoon in another, and compares what `shown` tells of both
/// after each; `still` takes away what time changes.
#[track_caller]
fn same(lines: &[&str], shown: &str, still: impl Fn(&str) -> String) {
    let (by_ip, by_pontoon) = (host(), host());
    let program = by_pontoon.pontoon_path().display().to_string();
    for line in lines {
        by_ip.sh(&format!("ip {line}")).ok();
        by_pontoon.sh(&format!("{program} {line}")).ok();
        let [theirs, ours] = [&by_ip, &by_pontoon].map(|host| still(&host.sh(shown).ok().stdout));
        for (ours, theirs) in ours.lines().zip(theirs.lines()) {
            assert_eq!(ours, theirs, "{line}");
        }
        assert_eq!(ours, theirs, "{line}");
    }
    finish(by_ip);
    finish(by_pontoon);
}

/// `text` without the numbers behind `words`.
fn without_numbers(text: &str, words: &[&str]) -> String {
    let mut text = text.to_owned();
    for word in words {
        let mut parts = text.split(word);
        let mut rest = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let part = part.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
            rest.extend([*word, " #", part]);
        }
        text = rest;
    }
    text
}
