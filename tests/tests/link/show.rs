use pontoon_tests::ip::{alike, alike_but, both};

use super::{finish, host, still};

/// Which links are shown.
const CHOICES: [&str; 10] = [
    "",
    "show up",
    "show dev v0",
    "list v1",
    "show short",
    "show type veth",
    "show type bridge_slave",
    "show group 7",
    "show master br0",
    "show nomaster",
];

#[test]
fn links_are_shown_as_ip_shows_them() {
    let host = host();
    alike(&host, "link", &["", "-o", "-j", "-br", "-br -j"], &CHOICES);
    alike_but(&host, "link", &["-d", "-d -j -p", "-d -o", "-d -s -j"], &CHOICES[..3], still);
    alike(
        &host,
        "link",
        &["-4", "-6", "-j -p"],
        &[
            "",
            "show another-name-of-more-than-15-bytes",
            "show label v*",
            "show type nothing",
            "show up group 7",
        ],
    );
    finish(host);
}

#[test]
fn links_are_shown_with_their_addresses_as_ip_shows_them() {
    let host = host();
    let flags = ["", "-4", "-6", "-o", "-j", "-br", "-br -4 -j", "-o -6", "-o -j -4"];
    alike(&host, "addr", &flags, &CHOICES[..6]);
    alike_but(&host, "addr", &["-d", "-d -4", "-d -6 -j -p", "-d -s"], &CHOICES[..3], still);
    finish(host);
}

#[test]
fn a_list_of_many_parts_is_shown_as_ip_shows_it() {
    let host = host();
    // The kernel tells `b` before `a`, whose name stands in its line; and the last bridge after its ports.
    host.sh("set -e
        seq 300 | sed 's/.*/link add a& type veth peer name b&/' | ip -batch -
        ip link add last type bridge
        seq 300 | sed 's/.*/link set a& master last/' | ip -batch -
        seq 300 | sed 's/.*/addr add 10.200.0.&\\/32 dev b&/' | head -n 200 | ip -batch -")
        .ok();
    alike(&host, "link", &["", "-j", "-br"], &["", "show type veth", "show master last"]);
    alike(&host, "addr", &["", "-j", "-4 -o"], &[""]);
    // Nobody reads it to its end.
    let head = format!("{} link | head -n 1", host.pontoon_path().display());
    assert_eq!(host.sh(&head).ok().stdout, host.sh("ip link | head -n 1").ok().stdout);
    host.sh("seq 300 | sed 's/.*/link del a&/' | ip -batch -; ip link del last").ok();
    finish(host);
}

#[test]
fn what_has_passed_is_shown_as_ip_shows_it() {
    let host = host();
    // Big numbers make columns wide: what was sent into a tun device that nobody reads counts as dropped.
    host.sh(
        "ip link set t0 up; for n in $(seq 20); do ping -c 1 -W 0.01 10.7.0.2; done; ip link set t0 down",
    )
    .run();
    let flags = ["-s", "-s -s", "-s -j", "-s -s -j", "-s -s -o", "-s -s -j -p"];
    alike(&host, "link", &flags, &["show lo", "show t0", "show v0", "show v1"]);
    alike(&host, "addr", &flags, &["show lo", "show dev t0", "show v1"]);
    alike(&host, "link", &["-s -s"], &[""]);
    finish(host);
}

#[test]
fn a_mistake_is_told_in_ips_words_and_with_its_status() {
    let host = host();
    let lines = [
        "show nope",
        "show dev nope",
        "show bogus x",
        "show lo dev v0",
        "show dev",
        "show vrf lo",
        "show vrf nope",
        "show group nope",
        "show master nope",
        "show scope nope",
        "show to x",
        "show to 10.0.0.0/8 up type",
        "show -bogus",
        "show master lo",
    ];
    alike(&host, "link", &["", "-j"], &lines);
    alike(&host, "addr", &["", "-6"], &lines);
    for object in ["link", "addr"] {
        let [ip, pontoon] = both(&host, object, "", "bogus");
        assert_eq!((pontoon.1, pontoon.2), (ip.1.replace("\"ip ", "\"pontoon "), ip.2));
    }
    finish(host);
}

#[test]
fn the_same_is_shown_under_each_of_its_names() {
    let host = host();
    let pontoon = |line: &str| host.sh(&format!("{} {line}", host.pontoon_path().display())).ok().stdout;
    assert_eq!(pontoon("l"), pontoon("link show"));
    assert_eq!(pontoon("a"), pontoon("addr show"));
    assert_eq!(pontoon("address -br"), pontoon("addr --brief list"));
    assert_eq!(pontoon("link -json sh"), pontoon("--debug link show --json"));
    finish(host);
}
