use pontoon_tests::Host;

use super::{PAIRS, alike, finish, made};

#[test]
fn bridges_are_shown_as_brctl_shows_them() {
    let host = Host::new();
    let nothing = alike(&host, &["show"]);
    assert_eq!(nothing, "$ show\n= 0\n");
    let all = "for bridge in br9 br10 empty; do brctl addbr $bridge; done
        brctl addif br10 b0 a0 b1; brctl addif br9 a1; ip link set br9 up
        brctl setbridgeprio br9 4660; brctl stp br9 on; brctl hairpin br10 b0 on; brctl setportprio br10 a0 3
        brctl setpathcost br10 a0 12345; brctl setfd br10 29.99
        bridge fdb add 02:00:00:00:00:99 dev b0 master static; bridge fdb add 02:00:00:00:00:11 dev a0 master static
        bridge fdb add 02:00:00:00:00:55 dev br10 self; bridge fdb add 01:00:5e:00:00:97 dev a0 self";
    made(&host, &format!("{PAIRS}; {all}"));
    let said = alike(
        &host,
        &[
            "show",
            "show br10",
            "show empty br9",
            "show br9 nope lo empty",
            "showstp br10",
            "showstp empty",
            "showstp br10 br9 nope",
            "showmacs br9",
            "showmacs br10",
            "showmacs empty x y",
        ],
    );
    assert!(
        said.contains("br10\t\t8000.0200000000a0\tno\t\ta0\n\t\t\t\t\t\t\tb0\n\t\t\t\t\t\t\tb1\n"),
        "{said}"
    );
    assert!(said.contains(" hairpin mode\t\t   1\n"), "{said}");
    assert!(said.contains("  1\t02:00:00:00:00:99\tno\t\t   0.00\n"), "{said}");
    assert!(!said.contains("02:00:00:00:00:55"), "{said}");
    finish(host);
}

/// `brctl` is told the lowest eight bits of a port's number.
#[test]
fn a_port_beyond_the_255th_has_its_own_number() {
    let host = Host::new();
    let ports: String = (1..=130)
        .map(|n| {
            format!("link add p{n} type veth peer q{n}\nlink set p{n} master br0 group 7\nlink set q{n} master br0\n")
        })
        .collect();
    made(&host, &format!("ip link add br0 type bridge; printf '{ports}' | ip -batch -"));
    let table = host.pontoon(&["bridge", "showmacs", "br0"]).ok().stdout;
    let mut numbers: Vec<u16> =
        table.lines().skip(1).map(|line| line[..3].trim().parse().expect("a number")).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers, (1..=260).collect::<Vec<u16>>());
    let said = alike(&host, &["show", "showstp br0"]);
    assert!(said.contains("(260)\n port id\t\t8104\t"), "{said}");
    finish(host);
}

#[test]
fn who_reads_may_leave_before_the_end() {
    let host = Host::new();
    let pontoon = host.pontoon_path().display().to_string();
    let out =
        host.sh(&format!("brctl addbr br0; {pontoon} bridge show | true; {pontoon} bridge | true")).run();
    assert_eq!(out.stderr, "");
    finish(host);
}
