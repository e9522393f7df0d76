use pontoon_tests::Host;

use super::{PAIRS, alike_from, finish, made};

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

#[test]
fn bridges_and_ports_are_made_and_taken_away_as_by_brctl() {
    let host = Host::new();
    let said = alike_from(
        &host,
        PAIRS,
        &lines(&[
            "addbr br0",
            "addbr br1",
            "addbr br1",
            "addbr br%d",
            "addbr averyveryverylongname",
            "addbr averyveryverylongname",
            "delbr averyveryverylongname",
            "addif br0 a0 b0",
            "addif br0 a1 a1 b1",
            "addif br1 lo b1",
            "addif br1 b1",
            "delif br0 b0 b0 a0",
            "delif br0 a0 a1",
            "delbr br1",
            "delbr br0 br2",
            "delbr br2",
        ]),
        "brctl show | sed 's/8000[.0-9a-f]*/ID/'",
    );
    assert!(
        said.contains("\n= 0\nbridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr0\t\tID\tno\t\ta0\n"),
        "{said}"
    );
    finish(host);
}

/// A bridge with a port.
fn bridge() -> String {
    format!("{PAIRS}; brctl addbr br0; brctl addif br0 a0")
}

/// What each time is set to, and the ways in which a number can be written.
const TIMES: &[&str] = &["0", "1", "2.5", "6", "10.01", "30", "31", "41", "1000000"];
const SPELLINGS: &[&str] = &[
    "2.005", "2.999", "4.35", "5.", "1e1", "0x10", "0x1.8p3", "' 3'", "'3 '", "3s", "3,5", "1e", "-- -1",
    "''", "x", "0x", "nan", "infi", "inf",
];

#[test]
fn times_are_set_as_by_brctl() {
    let host = Host::new();
    for (stp, command, file, values) in [
        ("on", "setfd", "forward_delay", [TIMES, SPELLINGS].concat()),
        ("on", "sethello", "hello_time", TIMES.to_vec()),
        ("on", "setmaxage", "max_age", TIMES.to_vec()),
        ("on", "setageing", "ageing_time", TIMES.to_vec()),
        // Without the protocol it is as good as unlimited.
        ("off", "setfd", "forward_delay", TIMES.to_vec()),
    ] {
        let list: Vec<String> = values.iter().map(|value| format!("{command} br0 {value}")).collect();
        let setup = format!("{}; brctl stp br0 {stp}", bridge());
        let said = alike_from(&host, &setup, &list, &format!("cat /sys/class/net/br0/bridge/{file}"));
        let refused = said.contains("failed: Numerical result out of range");
        assert_eq!(refused, stp == "on" && command != "setageing", "{said}");
    }
    finish(host);
}

#[test]
fn an_ageing_time_too_long_for_the_message_is_the_longest() {
    let host = Host::new();
    made(&host, &bridge());
    for value in ["42949672.95", "42949672.96", "1e18", "inf"] {
        host.pontoon(&["bridge", "setageing", "br0", "300"]).ok();
        host.pontoon(&["bridge", "setageing", "br0", value]).ok();
        let told = host.sh("ip -d -j link show br0").ok().json();
        let told = told[0]["linkinfo"]["info_data"]["ageing_time"].as_u64().expect("a time");
        // The kernel counts in other parts of a second.
        assert!((u64::from(u32::MAX - 20)..=u32::MAX.into()).contains(&told), "{value}: {told}");
    }
    finish(host);
}

#[test]
fn numbers_are_set_as_by_brctl() {
    let host = Host::new();
    let values = [
        "0",
        "1",
        "4",
        "63",
        "64",
        "100",
        "65535",
        "65536",
        "70000",
        "0x10",
        "0x",
        "010",
        "08",
        "1.5",
        "' 5'",
        "'5 '",
        "+7",
        "x",
        "''",
        "-- -1",
        "-- -0.5",
        "-- +",
        "2147483648",
        "4294967296",
        "4294967297",
        "99999999999999999999",
    ];
    for (command, file) in [
        ("setbridgeprio br0", "br0/bridge/priority"),
        ("setportprio br0 a0", "a0/brport/priority"),
        ("setpathcost br0 a0", "a0/brport/path_cost"),
        // The bridge that is named says nothing.
        ("setpathcost nope a0", "a0/brport/path_cost"),
    ] {
        let list: Vec<String> = values.iter().map(|value| format!("{command} {value}")).collect();
        let said = alike_from(&host, &bridge(), &list, &format!("cat /sys/class/net/{file}"));
        let refused = said.contains("failed: Numerical result out of range");
        assert_eq!(refused, command.ends_with("br0 a0"), "{said}");
    }
    finish(host);
}

#[test]
fn switches_are_set_as_by_brctl() {
    let host = Host::new();
    for (command, file) in [
        ("stp br0", "br0/bridge/stp_state"),
        ("hairpin br0 a0", "a0/brport/hairpin_mode"),
        ("hairpin lo a0", "a0/brport/hairpin_mode"),
    ] {
        let words = ["on", "no", "yes", "off", "1", "0", "On", "true", "2"];
        let list: Vec<String> = words.iter().map(|word| format!("{command} {word}")).collect();
        let said = alike_from(&host, &bridge(), &list, &format!("cat /sys/class/net/{file}"));
        assert!(said.contains("on\n= 0\n1\n") && said.contains("no\n= 0\n0\n"), "{said}");
    }
    finish(host);
}
