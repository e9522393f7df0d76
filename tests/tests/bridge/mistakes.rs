use pontoon_tests::Host;

use super::{PAIRS, TOOLS, alike, finish, made, script};

#[test]
fn a_mistake_is_told_in_brctls_words_and_with_its_status() {
    let host = Host::new();
    made(
        &host,
        &format!("{PAIRS}; brctl addbr br0; brctl addbr br1; brctl addif br0 a0; ip link set br0 up"),
    );
    let said = alike(
        &host,
        &[
            "addbr br0",
            "addbr lo",
            "addbr ''",
            "addbr .",
            "addbr a/b",
            "addbr 'a b'",
            "addbr br%s",
            "addbr br:1",
            "delbr br0",
            "delbr lo",
            "delbr a0",
            "delbr nope",
            "delbr ''",
            "addif br0 a0",
            "addif br1 a0",
            "addif br1 lo",
            "addif br1 br0",
            "addif br0 br0",
            "addif nope a1",
            "addif nope nope",
            "addif a1 a1",
            "addif lo a1",
            "addif br0 nope a1",
            "delif br0 a1",
            "delif br1 a0",
            "delif br0 nope a0",
            "delif nope a0",
            "delif lo a0",
            "hairpin br0 a0 ON",
            "hairpin br0 a0 ''",
            "hairpin nope nope x",
            "hairpin br0 a1 on",
            "hairpin br0 lo on",
            "hairpin nope a0 on",
            "hairpin br0 nope on",
            "stp br0 ON",
            "stp br0 2",
            "stp lo on",
            "stp nope on",
            "setfd br0 x",
            "setfd lo 4",
            "setfd nope 4",
            "sethello br0 ''",
            "sethello a0 4",
            "setmaxage br0 .",
            "setmaxage nope 4",
            "setageing br0 x",
            "setageing lo 4",
            "setbridgeprio br0 x",
            "setbridgeprio lo 1",
            "setbridgeprio nope 1",
            "setportprio br0 a0 x",
            "setportprio br0 nope 1",
            "setportprio br0 a1 1",
            "setportprio nope a1 1",
            "setportprio lo lo 1",
            "setpathcost br0 a0 x",
            "setpathcost br0 a1 1",
            "setpathcost nope nope 1",
            "setpathcost lo lo 1",
            "show nope",
            "show a0",
            "show nope lo",
            "show ''",
            "showmacs nope",
            "showmacs lo",
            "showmacs ''",
            "showstp nope",
            "showstp a0",
            "showstp ''",
            "",
            "foo",
            "help",
            "''",
        ],
    );
    assert!(said.contains("device br0 already exists; can't create bridge with the same name"), "{said}");
    assert!(said.contains("never heard of command [foo]"), "{said}");
    finish(host);
}

#[test]
fn too_few_words_are_told_for_each_command() {
    let host = Host::new();
    let one = ["addbr", "delbr", "showmacs", "showstp"];
    let two = [
        "addif x",
        "delif x",
        "setageing x",
        "setbridgeprio x",
        "setfd x",
        "sethello x",
        "setmaxage x",
        "stp x",
    ];
    let three = ["hairpin x x", "setpathcost x x", "setportprio x x", "addif", "hairpin", "setportprio x"];
    let said = alike(&host, &[&one[..], &two, &three].concat());
    assert!(said.contains("Usage: brctl setpathcost <bridge> <port> <cost>\tset path cost"), "{said}");
    host.finish();
}

#[test]
fn what_is_no_option_is_told_as_brctl_tells_it() {
    let host = Host::new();
    for line in ["-x", "--foo", "show -x", "setfd br0 -4", "-j show"] {
        let [brctl, pontoon] = TOOLS.map(|tool| script(&host, &format!("{tool} {line}")));
        assert_eq!(pontoon.stderr.replace("pontoon bridge:", "brctl:"), brctl.stderr, "{line}");
        assert_eq!(pontoon.stdout.replace("pontoon bridge", "brctl"), brctl.stdout, "{line}");
        assert_eq!(pontoon.status, brctl.status, "{line}");
    }
    host.finish();
}

#[test]
fn one_who_may_not_change_bridges_is_told_so() {
    let host = Host::new();
    made(&host, &format!("{PAIRS}; brctl addbr br0; brctl addif br0 a0"));
    let [brctl, pontoon] = TOOLS.map(|tool| {
        let lines = [
            "addbr br9",
            "delbr br0",
            "addif br0 b0",
            "delif br0 a0",
            "setfd br0 4",
            "setbridgeprio br0 4",
            "stp br0 on",
            "setpathcost br0 a0 4",
            "setportprio br0 a0 4",
            "show br0",
        ];
        let run = |line| format!("setpriv --bounding-set=-net_admin {tool} {line} 2>&1; echo $?");
        script(&host, &lines.map(run).join("; ")).stdout
    });
    assert_eq!(pontoon, brctl);
    assert!(brctl.contains("set forward delay failed: Operation not permitted\n1\n"), "{brctl}");
    finish(host);
}

#[test]
fn a_usage_that_nobody_can_read_makes_a_mistake_no_worse() {
    let host = Host::new();
    let [brctl, pontoon] = TOOLS.map(|tool| {
        let out = script(&host, &format!("{tool} -z >/dev/full; echo $?"));
        (out.stdout, out.stderr.lines().last().map(str::to_owned))
    });
    assert_eq!(pontoon, brctl);
    assert_eq!(brctl, ("1\n".to_owned(), Some("Unknown option '?'".to_owned())));
    finish(host);
}
