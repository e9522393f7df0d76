//! `pontoon link` and `pontoon addr` beside `ip`, on the same objects.

mod address;
mod batch;
mod kinds;
mod options;
mod peers;
mod show;

use pontoon_tests::Host;

/// Devices of several kinds through which nothing passes: of `v0` and `v1`, a pair, only the first is up.
const DEVICES: &str = "ip link add br0 type bridge
    ip link add v0 type veth peer v1
    ip link set v0 master br0
    ip link set v0 alias 'some alias'
    ip link property add dev v0 altname another-name-of-more-than-15-bytes altname short
    ip link set br0 up
    ip link set v0 up
    ip link set v1 group 7
    ip link add mv0 link v1 address 02:00:00:00:00:07 type macvlan mode bridge
    ip link set dev mv0 protodown on
    ip link set dev mv0 protodown_reason 3 on
    ip link set dev mv0 protodown_reason 1 on
    ip tuntap add t0 mode tun
    ip addr add 10.0.0.1/24 dev br0 metric 77
    ip addr add 10.0.0.2/24 dev br0
    ip addr add 10.1.0.1 peer 10.1.0.2/32 dev br0 label br0:1
    ip addr add 2001:db8::2/64 dev br0 nodad noprefixroute
    ip addr add 2001:db8::1/64 dev br0
    ip addr add 10.3.0.1/24 dev v1 brd + scope link
    ip addr add 10.7.0.1 peer 10.7.0.2 dev t0";

/// A host with them.
fn host() -> Host {
    let host = Host::new();
    host.sh(&format!("set -e\n{DEVICES}")).ok();
    host
}

/// Takes them away, and looks for what else is left.
fn finish(host: Host) {
    host.sh("ip link del v0; ip link del br0; ip link del t0").ok();
    host.finish();
}

/// `text` without the time of a bridge's clock that always runs.
fn still(text: &str) -> String {
    let mut parts = text.split("gc_timer");
    let mut still = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let number = part.trim_start_matches(|c: char| !c.is_ascii_digit());
        let rest = number.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        still.extend(["gc_timer ", rest]);
    }
    still
}
