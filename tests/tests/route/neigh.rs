use super::{alike, finish, host};

/// A neighbour in each state.
const NEIGHBOURS: &str = "ip neigh add 10.9.0.2 lladdr 02:00:00:00:00:01 dev d0
    ip neigh add 10.9.0.4 lladdr 02:00:00:00:00:03 dev d0 nud stale
    ip neigh add 10.9.0.5 lladdr 02:00:00:00:00:03 dev d0 nud noarp
    ip neigh add 10.9.0.6 dev d0 nud failed
    ip neigh add 10.9.0.10 lladdr 02:00:00:00:00:03 dev d0 protocol static extern_learn
    ip neigh add proxy 10.9.0.12 dev d0
    ip neigh add proxy 10.9.0.13
    ip neigh add fe80::5 lladdr 02:00:00:00:00:05 dev d0 router";

#[test]
fn neighbours_are_shown_as_ip_shows_them() {
    let host = host();
    host.sh(&format!("set -e; {NEIGHBOURS}")).ok();
    alike(
        &host,
        "neigh",
        &["", "-4", "-6", "-d", "-o", "-j", "-j -p"],
        &[
            "",
            "show dev d0",
            "show proxy",
            "show nud all dev d0",
            "list nud permanent",
            "show 10.9.0.2",
            "show to 10.9.0.0/30",
            "show nomaster",
            "show unused",
        ],
    );
    alike(&host, "neigh", &[""], &["show dev nope", "show bogus", "show nud bogus"]);
    finish(host);
}
