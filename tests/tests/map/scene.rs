//! What is drawn: two containers on a bridge, one with a published port; a namespace made by hand, tied to the host; a tap.

use pontoon_tests::{Container, Host};
use serde_json::Value;

/// All of it, until it is taken away.
pub(crate) struct Scene<'h> {
    host: &'h Host,
    containers: [Container<'h>; 2],
}

impl<'h> Scene<'h> {
    /// Makes it.
    pub(crate) fn set(host: &'h Host) -> Self {
        let bundle = host.bundle();
        let web = host.start("web", &["--net=bridge", "-p", "8080:80"], &bundle, "");
        let db = host.start("db", &["--net=bridge"], &bundle, "");
        host.sh("set -e
            ip netns add blue; ip -n blue link set lo up
            ip link add vb type veth peer name vb0 netns blue
            ip link set vb addrgenmode none; ip -n blue link set vb0 addrgenmode none
            ip addr add 10.5.0.1/24 dev vb; ip -n blue addr add 10.5.0.2/24 dev vb0
            ip link set vb up; ip -n blue link set vb0 up
            ip tuntap add tap0 mode tap; ip addr add 10.6.0.1/24 dev tap0")
            .ok();
        Self { host, containers: [web, db] }
    }

    /// What `pontoon map ARGUMENTS` prints.
    pub(crate) fn map(&self, arguments: &[&str]) -> String {
        self.host.pontoon(&[&["map"], arguments].concat()).env("LC_ALL", "C.UTF-8").ok().stdout
    }

    /// The same as JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let all = [&["map", "--format", "json"], arguments].concat();
        self.host.pontoon(&all).ok().json()
    }

    /// Takes it away.
    pub(crate) fn strike(self) {
        for container in self.containers {
            container.end();
        }
        self.host.sh("ip netns del blue; ip link del tap0; umount /run/netns; rmdir /run/netns").ok();
        // The kernel takes the pair away in its own time.
        self.host.wait_for("no pair", || self.host.sh("ip link show vb").run().status != 0);
    }
}
