//! ipvlan and VLAN, which not every kernel has, and tap.

use pontoon_tests::Host;

use super::{addresses, lacks, lan, network, pid, reaches, unlan, within};

#[test]
fn ipvlans_share_the_hardware_address_of_their_parent() {
    let host = Host::new();
    lan(&host);
    let create = "create lan -d ipvlan -o parent=lan0 --subnet 192.168.7.0/24 --subnet fd07::/64";
    if lacks(&host, "ipvlan", create, "CONFIG_IPVLAN") {
        return unlan(host);
    }
    network(&host, create);
    let bundle = host.bundle();
    let one = host.start("one", &["--net=lan"], &bundle, "");
    let two = host.start("two", &["--net=none"], &bundle, "");
    network(&host, "connect lan two");
    let address = "ip -o link show $0 | sed \"s/.*ether \\([^ ]*\\).*/\\1/\"";
    let of_parent = host.sh(&address.replace("$0", "lan0")).ok();
    assert_eq!(within(&host, "one", &address.replace("$0", "eth0")), of_parent.stdout);
    assert!(within(&host, "two", "ip -d link show eth0").contains("mode l2"));
    for address in addresses(&two).iter().map(String::as_str).chain(["203.0.113.9", "2001:db8::9"]) {
        reaches(&one, address);
    }
    // Another driver can't have the parent meanwhile.
    network(&host, "create other -d macvlan -o parent=lan0 --subnet 192.168.8.0/24");
    let said = host.pontoon(&["run", "--rm", "--net=other", bundle.path(), "true"]).fails(125).stderr;
    assert!(said.contains("macvlan and ipvlan exclude each other"), "{said}");
    network(&host, "disconnect lan two");
    assert_eq!(two.exec("ip -o link | wc -l").line(), "1");
    one.end();
    two.end();
    network(&host, "rm lan other");
    unlan(host);
}

#[test]
fn ipvlans_that_route_need_no_gateway() {
    let host = Host::new();
    lan(&host);
    let create = "create lan -d ipvlan -o parent=lan0 -o mode=l3 --subnet 10.38.0.0/24 --subnet fd38::/64";
    if lacks(&host, "ipvlan", create, "CONFIG_IPVLAN") {
        return unlan(host);
    }
    network(&host, create);
    // The host's routes lead them out, and routers need one to them.
    host.sh("set -e
        ip addr add 192.168.7.2/24 dev lan0; ip addr add fd07::2/64 dev lan0 nodad
        ip route add default via 192.168.7.1
        ip -n router route add 10.38.0.0/24 via 192.168.7.2; ip -n router route add fd38::/64 via fd07::2")
        .ok();
    let one = host.start("one", &["--net=lan"], &host.bundle(), "ip route; ip -6 route");
    assert!(one.said().contains("default dev eth0"), "{}", one.said());
    for address in ["192.168.7.1", "203.0.113.9", "fd07::1"] {
        reaches(&one, address);
    }
    one.end();
    network(&host, "rm lan");
    unlan(host);
}

#[test]
fn a_vlan_is_the_card_of_one_container() {
    let host = Host::new();
    lan(&host);
    let create = "create seven -d vlan -o parent=lan0 -o id=7 --subnet 10.39.0.0/24 --gateway 10.39.0.1";
    if lacks(&host, "vlan id 9", create, "CONFIG_VLAN_8021Q") {
        return unlan(host);
    }
    network(&host, create);
    host.sh("ip -n router link add up0.7 link up0 type vlan id 7
        ip -n router addr add 10.39.0.1/24 dev up0.7; ip -n router link set up0.7 up")
        .ok();
    let bundle = host.bundle();
    let one = host.start("one", &["--net=seven"], &bundle, "");
    for address in ["10.39.0.1", "203.0.113.9"] {
        reaches(&one, address);
    }
    let said = host.pontoon(&["run", "--rm", "--net=seven", bundle.path(), "true"]).fails(125).stderr;
    assert!(said.contains("VLAN 7 of lan0 is container "), "{said}");
    assert!(said.contains("'s: it is one container's at a time"), "{said}");
    network(&host, "disconnect seven one");
    network(&host, "connect seven one");
    reaches(&one, "10.39.0.1");
    one.end();
    network(&host, "rm seven");
    unlan(host);
}

#[test]
fn a_tap_carries_packets_to_the_program_that_holds_it() {
    let host = Host::new();
    network(&host, "create vm -d tap --subnet 10.35.0.0/24 --subnet fd35::/64 --mtu 1400 -o owner=54321");
    let bundle = host.bundle();
    let one = host.start("one", &["--net=vm"], &bundle, "");
    let shown = within(&host, "one", "ip -d addr show eth0");
    for word in ["tun type tap", "user 54321", "mtu 1400", "10.35.0.1/24", "fd35::1/64", "persist on", "UP"] {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    // Who holds the tap is the wire: what the container sends comes out of it.
    let holder = host.pontoon_path().with_file_name("tap");
    let script = format!("nsenter --net=/proc/{}/ns/net {} eth0", pid(&host, "one"), holder.display());
    let holder = host.sh(&script).spawn();
    holder.wait_for_stdout("ready\n");
    one.exec("ping -c 1 -W 1 10.35.0.77 || true");
    let said = holder.wait();
    let frame = said.stdout.lines().nth(1).expect("a frame");
    // An ARP request of the container's: who has 10.35.0.77?
    let (kind, asks) = (&frame[24..28], "0a23004d");
    assert!(kind == "0806" && frame[..84].ends_with(asks) && frame[56..64] == *"0a230001", "{frame}");
    network(&host, "disconnect vm one");
    assert_eq!(one.exec("ip -o link | wc -l").line(), "1");
    network(&host, "connect vm one");
    one.end();
    network(&host, "rm vm");
    host.finish();
}
