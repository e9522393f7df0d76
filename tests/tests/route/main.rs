//! `pontoon route` and `pontoon neigh` beside `ip`, on the same objects.

mod neigh;
mod route;

use pontoon_tests::Host;
use pontoon_tests::ip::{alike, both};

/// A host with two devices, `d0` and `d1`, tied to each other, of which `d0` has addresses.
fn host() -> Host {
    let host = Host::new();
    host.sh("ip link add d0 type veth peer d1 && ip link set d0 up && ip link set d1 up && \
         ip addr add 10.9.0.1/24 dev d0 && ip -6 addr add 2001:db8:77::1/64 dev d0 nodad")
        .ok();
    host
}

/// Takes the devices away, and looks for what else is left.
fn finish(host: Host) {
    host.sh("ip link del d0").ok();
    host.finish();
}
