use pontoon_tests::ip::{alike, both};

use super::{finish, host};

#[test]
fn addresses_are_chosen_by_what_they_are() {
    let host = host();
    alike(
        &host,
        "addr",
        &["", "-j", "-o", "-6"],
        &[
            "show tentative",
            "show -tentative",
            "show permanent",
            "show dynamic",
            "show primary",
            "show secondary",
            "show -primary",
            "show -dynamic dev br0",
            "show -secondary dev br0",
            "show nodad",
            "show noprefixroute scope global",
            "show scope link",
            "show scope host",
            "show scope all",
            "show scope 253",
            "show to 10.0.0.0/8",
            "show to 2001::/16",
            "show to 10.1.0.1",
            "show dev lo to ::1",
            "show label br0:*",
            "show label br?",
            "show up scope global",
            "show dev if1",
        ],
    );
    finish(host);
}

#[test]
fn lifetimes_are_told_as_ip_tells_them() {
    let host = host();
    host.sh("ip addr add 10.5.0.1/24 dev v1 valid_lft 9000 preferred_lft 0
        ip -6 addr add 2001:db8:5::1/64 dev br0 valid_lft 90000 preferred_lft 80000")
        .ok();
    for flags in ["", "-j", "-o"] {
        // A second may end between the two.
        host.wait_for("both in the same second", || {
            let [ip, pontoon] = both(&host, "addr", flags, "show dynamic");
            assert!(ip.0.contains("10.5.0.1"), "{}", ip.0);
            ip == pontoon
        });
    }
    finish(host);
}

#[test]
fn addresses_without_number_are_shown_as_ip_shows_them() {
    let host = host();
    // `ip` reads a file of commands at once, which is quicker than a thousand of it.
    host.sh("for a in $(seq 4); do for b in $(seq 250); do echo addr add 10.200.$a.$b/16 dev v1; done; done | ip -b -")
        .ok();
    alike(&host, "addr", &["", "-o", "-j", "-br"], &["show", "show dev v1"]);
    finish(host);
}
