//! Networks that go.

use pontoon_tests::Host;

use crate::{FOUR, create, network, remove, said};

#[test]
fn networks_keep_to_themselves() {
    let host = Host::new();
    create(&host, "blue --subnet 10.101.0.0/24");
    create(&host, "red --subnet 10.102.0.0/24");
    let bundle = host.bundle();
    let web = host.start("web", &["--net=blue"], &bundle, FOUR);
    assert_eq!(web.said(), "10.101.0.2/24");
    let script = format!("{FOUR}; ping -c 1 -W 1 10.101.0.2 >/dev/null && echo reached");
    assert_eq!(
        said(&host, &["--net=red"], &format!("{script}; true")),
        ["10.102.0.2/24"],
        "not that of blue"
    );
    let out = host.pontoon(&["network", "rm", "blue"]).fails(125);
    assert!(out.stderr.contains("network blue is in use by container web"), "{out}");
    let out = host.pontoon(&["network", "prune"]).ok();
    assert_eq!(out.stdout, "red\n");
    network(&host, &["rm", "-f", "blue"]);
    assert_eq!(web.exec("ip -o link | wc -l").stdout, "1\n", "its card is gone");
    web.end();
    host.finish();
}

#[test]
fn force_takes_cards_and_addresses_from_those_who_have_them() {
    let host = Host::new();
    create(&host, "blue --subnet 10.101.0.0/24");
    create(&host, "red --subnet 10.102.0.0/24");
    let bundle = host.bundle();
    let web = host.start("web", &["--net=blue", "--net=red"], &bundle, "");
    host.pontoon(&["run", "--name", "old", "--net=blue", bundle.path(), "true"]).ok();
    let out = host.pontoon(&["network", "rm", "blue"]).fails(125);
    assert!(
        out.stderr.contains("network blue is in use by containers old, web (disconnect them, or use -f)"),
        "{out}"
    );
    assert_eq!(network(&host, &["prune"]).stdout, "", "a container that has ended counts");
    assert_eq!(web.exec("ip route | awk '/default/ { print $5 }'").stdout, "eth0\n");
    assert_eq!(network(&host, &["rm", "-f", "blue"]).stdout, "blue\n");
    assert_eq!(
        web.exec("ip route | awk '/default/ { print $5 }'").stdout,
        "eth1\n",
        "the other card leads on"
    );
    host.sh("! ls -d /run/pontoon/networks/blue /run/pontoon/containers/*/card.eth0.json").ok();
    host.pontoon(&["rm", "old"]).ok();
    web.end();
    remove(&host, &["red"]);
    host.finish();
}

#[test]
fn a_device_that_another_network_builds_upon_stays() {
    let host = Host::new();
    create(&host, "blue --subnet 10.101.0.0/24");
    said(&host, &["--net=blue"], "true");
    create(&host, "lan -d macvlan -o parent=pontoon1");
    let out = host.pontoon(&["network", "rm", "blue"]).fails(125);
    assert!(
        out.stderr.contains("network blue is in use: network lan builds upon its device pontoon1"),
        "{out}"
    );
    assert_eq!(network(&host, &["prune"]).stdout, "lan\nblue\n");
    host.finish();
}

#[test]
fn another_programs_bridge_is_left_alone() {
    let host = Host::new();
    create(&host, "blue --subnet 10.101.0.0/24");
    host.sh("ip link add pontoon1 type bridge").ok();
    let out = host.pontoon(&["network", "rm", "blue"]).fails(125);
    assert!(
        out.stderr.contains("network blue is in use: the host has its device pontoon1, which is not"),
        "{out}"
    );
    assert_eq!(network(&host, &["prune"]).stdout, "");
    network(&host, &["rm", "-f", "blue"]);
    host.sh("ip link del pontoon1").ok();
    host.finish();
}

#[test]
fn pruning_takes_the_device_of_the_default_bridge_when_nobody_uses_it() {
    let host = Host::new();
    let bundle = host.bundle();
    let web = host.start("web", &["--net=bridge"], &bundle, "");
    network(&host, &["prune"]);
    web.exec("ping -c 1 -W 10 $(ip route | awk '/default/ { print $3 }')");
    web.end();
    assert_eq!(network(&host, &["prune"]).stdout, "", "the network itself stays");
    host.finish();
}
