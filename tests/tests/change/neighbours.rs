use pontoon_tests::ip::alike;

use super::{finish, host, same};

/// (A proxy without a device outlives its namespace in the kernel, and is seen by others: none is made here.)
///
/// All neighbours but those that the kernel finds by itself, in one order.
const SHOWN: &str = "(ip -d neigh show nud all; ip -6 neigh show proxy; ip -4 neigh show proxy) \
                     | grep 'dev d0' | grep -E '^(10\\.9\\.0\\.[2-9]|2001:db8:77::[2-9])' | grep -v 'INCOMPLETE\\|PROBE\\|FAILED' | sort";

#[test]
fn a_neighbour_is_added_changed_and_deleted_as_by_ip() {
    same(
        &[
            "neigh add 10.9.0.2 lladdr 02:00:00:00:00:01 dev d0",
            "neigh add 10.9.0.3 lladdr 2:0:0:0:0:3 dev d0 nud noarp",
            "neigh add to 10.9.0.4 lladdr 02:00:00:00:00:03 nud stale dev d0 router protocol static",
            "neigh add 10.9.0.5 lladdr 02:00:00:00:00:03 dev d0 nud perm extern_learn",
            "neigh add proxy 10.9.0.6 dev d0",
            "neigh add 2001:db8:77::2 lladdr 02:00:00:00:00:05 dev d0 nud 128",
            "neigh change 10.9.0.2 lladdr 02:00:00:00:00:22 dev d0",
            "neigh chg 10.9.0.4 lladdr 02:00:00:00:00:23 dev d0 nud noarp",
            "neigh replace 10.9.0.2 lladdr 02:00:00:00:00:24 dev d0",
            "neigh replace 10.9.0.8 lladdr 02:00:00:00:00:08 dev d0",
            "neigh del 10.9.0.8 dev d0",
            "neigh del proxy 10.9.0.6 dev d0",
            "neigh flush dev d0 nud noarp",
            "neigh flush proxy dev d0",
            "neigh flush dev d0",
            "neigh flush dev d0 nud permanent",
        ],
        SHOWN,
        str::to_owned,
    );
}

#[test]
fn one_neighbour_is_shown_and_a_flush_is_told_as_by_ip() {
    let host = host();
    host.sh("ip neigh add 10.9.0.2 lladdr 02:00:00:00:00:01 dev d0; ip neigh add proxy 10.9.0.3 dev d0").ok();
    alike(
        &host,
        "neigh",
        &["", "-4", "-j"],
        &["get 10.9.0.2 dev d0", "get to 10.9.0.2 dev d0", "get proxy 10.9.0.3 dev d0"],
    );
    let some = "ip neigh replace 10.9.0.4 lladdr 02:00:00:00:00:04 dev d0 nud noarp
        ip neigh replace 10.9.0.5 lladdr 02:00:00:00:00:05 dev d0
        ip neigh replace 10.9.0.2 lladdr 02:00:00:00:00:01 dev d0";
    for words in ["flush dev d0 nud permanent", "flush 10.9.0.4 nud noarp", "flush to 10.9.0.5 nud permanent"]
    {
        let said = ["ip -s neigh", &format!("{} neigh -s", host.pontoon_path().display())].map(|tool| {
            host.sh(some).ok();
            host.sh(&format!("{tool} {words}")).ok().stdout
        });
        assert_eq!(said[1], said[0], "{words}");
    }
    finish(host);
}
