use pontoon_tests::ip::alike;

use super::{finish, host, same};

/// All addresses and the routes that come with them; lifetimes run.
const SHOWN: &str = "ip -d addr show; ip route show table all | sort; ip -6 route show | sort";

fn still(text: &str) -> String {
    // The kernel asks whether an address of IPv6 is taken, in its own time.
    let text = text.replace(" tentative", "");
    let words = text.split(' ').map(|word| {
        let lines: Vec<&str> = word.split('\n').collect();
        let time = |word: &str| word.strip_suffix("sec").is_some_and(|number| number.parse::<u32>().is_ok());
        lines.into_iter().map(|word| if time(word) { "#sec" } else { word }).collect::<Vec<_>>().join("\n")
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn an_address_is_added_changed_and_deleted_as_by_ip() {
    same(
        &[
            "addr add 10.0.0.1/24 dev d0 label foo",
            "addr add 10.0.0.2/24 brd + dev d0 label d0:x",
            "addr add 10.0.5.1/16 dev d0 brd - noprefixroute",
            "addr add 10.1.0.1/16 dev d1 br 10.1.255.254 scope 200",
            "addr add 10.2.0.1 peer 10.2.0.2/24 brd + dev d1",
            "addr add 10.3.0.1 dev d0 peer 10.3.0.2/32 metric 9",
            "addr add 10.4.0.1 remote 10.4.0.2 dev d0",
            "addr add 10.5.0.1/32 dev d1 secondary tentative",
            "addr add 10.6.0.1/255.255.0.0 dev d1 scope link",
            "addr add 10.7/16 dev d1",
            "addr add local 10.8.0.1/32 dev d1 broadcast +",
            "addr add 127.0.0.5/8 dev lo",
            "addr add 10.10.0.1/24 dev d0 valid_lft 50000 preferred_lft 40000 anycast 10.10.0.9",
            "addr add 224.1.1.1/32 dev d0 autojoin",
            "addr add 2001:db8:1::1/64 dev d0",
            "addr add 2001:db8:2::1/64 dev d0 home nodad noprefixroute valid_lft 50000 preferred_lft 0",
            "addr add 2001:db8:3::1 peer 2001:db8:3::2 dev d0",
            "addr add 2001:db8:4::1/64 dev d0 mngtmpaddr metric 77",
            "addr change 10.10.0.1/24 dev d0 valid_lft forever",
            "addr chg 10.0.0.1/24 dev d0 valid_lft 30000 preferred_lft 20000",
            "addr replace 10.1.0.1/16 dev d1 metric 5",
            "addr replace 10.11.0.1/16 dev d1",
            "addr replace 2001:db8:1::1/64 dev d0 preferred_lft 0",
            "addr del 10.0.0.2/24 dev d0",
            "addr del 10.2.0.1 peer 10.2.0.2/24 dev d1",
            "addr del 10.6.0.1/16 dev d1 label d1",
            "addr del 10.8.0.1 dev d1",
            "addr del 2001:db8:2::1/64 dev d0",
            "addr flush dev d1 scope link",
            "addr flush label d0*",
            "addr flush to 10.0.0.0/12",
            "addr flush dev d0 permanent",
            "addr flush dev d1",
        ],
        SHOWN,
        still,
    );
}

#[test]
fn a_flush_tells_what_ip_tells() {
    let host = host();
    let some = "ip addr flush dev d0; ip addr add 10.9.0.1/24 dev d0; ip addr add 10.0.0.1/24 dev d0; ip addr add 10.0.0.2/24 dev d0; ip addr add 10.1.0.1/24 dev d0
        ip -6 addr add 2001:db8:5::1/64 dev d0 nodad";
    for (flags, words) in [
        ("-s", "flush dev d0"),
        ("-s -s -4", "flush dev d0"),
        ("-s", "flush dev d0 secondary"),
        ("-s -4", "flush dev d0 primary"),
        ("-s", "flush to 10.0.0.0/16"),
        ("-s", "flush dev d1 scope global"),
        ("-6 -s", "flush dev d0 scope global"),
        ("", "flush dev d0"),
    ] {
        let said = ["ip", &host.pontoon_path().display().to_string()].map(|tool| {
            host.sh(some).run();
            let line = if tool == "ip" {
                format!("ip {flags} addr {words}")
            } else {
                format!("{tool} addr {flags} {words}")
            };
            let said = host.sh(&line).ok().stdout;
            (said, host.sh("ip -o addr show dev d0").ok().stdout)
        });
        assert_eq!(said[1], said[0], "{flags} {words}");
    }
    alike(&host, "addr", &["-s", "-s -s"], &["flush dev d1 scope host", "flush to 10.99.0.0/16"]);
    finish(host);
}
