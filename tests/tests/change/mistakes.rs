use pontoon_tests::Host;
use pontoon_tests::ip::both;

use super::{finish, host};

/// Compares what is said of each line, which must fail, but for the name of the tool that has help.
#[track_caller]
fn fail_alike(host: &Host, object: &str, lines: &str) {
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let [mut ip, pontoon] = both(host, object, "", line);
        assert_ne!(ip.2, 0, "{object} {line}");
        let usage = |line: &&str| {
            !line.starts_with([' ', '\t'])
                && !["Usage:", "Where:", "MODE", "FLAGS:", "BC_QUEUE", "VLAN", "QOS", "TYPE :=", "(first"]
                    .iter()
                    .any(|word| line.starts_with(word))
        };
        // Behind some mistakes it explains itself at length.
        let lines: Vec<&str> = ip.1.lines().filter(usage).collect();
        ip.1 = lines.join("\n").replace("\"ip ", "\"pontoon ");
        let mut ours = pontoon;
        ours.1 = ours.1.lines().filter(usage).collect::<Vec<_>>().join("\n");
        if let Some(at) = ours.1.find(" The kernel has no ") {
            ours.1.truncate(at);
        }
        assert_eq!(ours, ip, "{object} {line}");
    }
}

#[test]
fn a_mistake_in_a_links_words_is_told_as_ip_tells_it() {
    let host = host();
    fail_alike(&host, "link", LINKS);
    let [ip, pontoon] = both(&host, "link", "", "foo");
    assert_eq!((pontoon.1, pontoon.2), (ip.1.replace("\"ip ", "\"pontoon "), ip.2));
    assert_eq!(host.sh("ip -o link | wc -l").ok().stdout.trim(), "3", "nothing half-made is left");
    finish(host);
}

#[test]
fn a_mistake_in_a_kinds_words_is_told_as_ip_tells_it() {
    let host = host();
    fail_alike(&host, "link", KINDS);
    // What `ip` has no words for but usage, and what its message would hide.
    for (line, words) in [
        ("add v0 type veth foo", "\"peer\" is expected"),
        ("add v0 type bond mode 1", "no words for its settings"),
        ("set d0 vf 0 mac 1:2:3:4:5:6", "no words for it"),
        ("add v0 type dummy foo", "Garbage instead of arguments"),
    ] {
        let said = host.sh(&format!("{} link {line}", host.pontoon_path().display())).run();
        assert!(said.status != 0 && said.stderr.contains(words), "{line}: {said}");
    }
    assert_eq!(host.sh("ip -o link | wc -l").ok().stdout.trim(), "3", "nothing half-made is left");
    finish(host);
}

#[test]
fn a_mistake_about_addresses_is_told_as_ip_tells_it() {
    let host = host();
    fail_alike(&host, "addr", ADDRESSES);
    fail_alike(&host, "neigh", NEIGHBOURS);
    finish(host);
}

const NEIGHBOURS: &str = "add
    add 10.9.0.2
    add dev d0
    add 10.9.0.2 dev nope
    add 10.9.0.2 lladdr x dev d0
    add 10.9.0.2 lladdr 1:2 dev d0
    add 10.9.0.2 lladdr 10.0.0.1 dev d0
    add 10.9.0.2 lladdr 1:2:3:4:5:6 lladdr 1:2:3:4:5:6 dev d0
    add 10.9.0.2 lladdr 1:2:3:4:5:6 dev d0 nud x
    add 10.9.0.2 lladdr 1:2:3:4:5:6 dev d0 nud 3
    add 10.9.0.2 lladdr 1:2:3:4:5:6 dev d0 nud Stale
    add x dev d0
    add 10.9.0.3 10.9.0.4 dev d0
    add proxy
    add 10.9.0.3 proxy 10.9.0.4 dev d0
    add 10.9.0.5/24 dev d0
    add 10.9.0.5 dev d0 protocol x
    add 10.9.0.5 dev d0 foo
    add default dev d0
    change 10.9.0.88 lladdr 1:2:3:4:5:6 dev d0
    del 10.9.0.99 dev d0
    get
    get 10.9.0.2
    get 10.9.0.99 dev d0
    get proxy 10.9.0.9 dev d0
    get dev d0
    get x dev d0
    get 10.9.0.2 dev nope
    get 10.9.0.2 10.9.0.3 dev d0
    flush
    flush dev nope
    flush dev d0 nud x
    flush foo
    flush vrf nope
    flush master nope
    show vrf nope
    foo";

const LINKS: &str = "add
        add x
        add x type
        add x type bogus
        add x type bogus arg
        add x link nope type vlan id 5
        add d0 type bridge
        add toolongnameforalink type bridge
        add a/b type bridge
        add br0 mtu x type bridge
        add br0 mtu type bridge
        add br0 mtu 5 mtu 6 type bridge
        add br0 txqueuelen x type bridge
        add br0 address x type bridge
        add br0 address 1:2 type bridge
        add br0 address 1:2:3:4:5:6 type bridge
        add br0 broadcast zz type bridge
        add br0 index x type bridge
        add br0 index 0 type bridge
        add br0 index 1 type bridge
        add br0 netns nope type bridge
        add br0 master nope type bridge
        add br0 vrf d0 type bridge
        add br0 link nope type bridge
        add br0 group x type bridge
        add br0 numtxqueues x type bridge
        add br0 numrxqueues x type bridge
        add br0 arp foo type bridge
        add br0 state foo type bridge
        add br0 mode foo type bridge
        add br0 addrgenmode foo type bridge
        add br0 link-netnsid foo type bridge
        add br0 link-netns foo type bridge
        add br0 name br1 type bridge
        add br0 dev br1 type bridge
        add br0 br1 type bridge
        add group 5 type bridge
        add group 5
        add name br0 name br1 type bridge
        add d0 type veth
        set
        set nope
        set nope up
        set d0 foo
        set d0 bar up
        set d0 mtu x
        set d0 mtu 10
        set d0 mtu
        set d0 name lo
        set d0 name a/b
        set d0 name toolongnameforalink
        set d0 address 1:2
        set d0 address zz
        set d0 address 01:00:00:00:00:01
        set d0 netns nope
        set d0 netns
        set d0 netns 1x
        set d0 netns 999999
        set d0 netns /nope/x
        set d0 netns /proc/self/cmdline
        set d0 netns 999999 index 5
        set d0 master nope
        set d0 master lo
        set d0 alias
        set d0 arp x
        set d0 multicast x
        set d0 allmulticast x
        set d0 promisc x
        set d0 dynamic x
        set d0 trailers x
        set d0 carrier x
        set d0 carrier off
        set d0 protodown x
        set d0 group x
        set d0 index 5
        set d0 addrgenmode x
        set d0 addrgenmode stable_secret
        set d0 state x
        set d0 mode x
        set d0 gso_max_size x
        set d0 gso_max_size 99999999
        set d0 gso_max_segs 99999999
        set d0 gro_max_size x
        set d0 vrf nope
        set d0 vrf d1
        set d0 protodown_reason 40 on
        set d0 protodown_reason 1
        set dev d0 dev d1
        set group x up
        set if99 mtu 1400
        replace d0 type veth
        del
        del nope
        del d0 foo
        del d0 type foo bar
        del group 77
        del group x
        del lo
        del dev
        delete d0 d1
        property add
        property add foo
        property add dev nope altname x
        property add dev d0 altname
        property add dev d0 altname d0
        property add dev d0 altname a/b
        property add d0 altname x3 x4
        property del dev d0 altname zz
        property foo";

const KINDS: &str = "add br0 type bridge forward_delay
        add br0 type bridge forward_delay x
        add br0 type bridge bogus
        add br0 type bridge vlan_protocol foo
        add br0 type bridge mcast_router x
        add br0 type bridge mcast_last_member_interval x
        add br0 type bridge no_linklocal_learn x
        add br0 type bridge vlan_filtering 300
        add br0 type bridge group_fwd_mask 99999
        add br0 type bridge group_fwd_mask 7
        add v0 type veth peer foo bar
        add v0 type veth peer name d0
        add v0 type veth peer name v0
        add v0 type veth peer name v1 type x
        add v0 type veth peer name v1 mtu x
        add v0 type veth peer name v1 netns nope
        add v0 type veth peer name toolongnameforalink
        add v0 type veth peer name v1 mtu 10
        add v0 type veth peer name v1 bogus
        add x link d0 type vlan id 70000
        add x link d0 type vlan id 5 protocol foo
        add x link d0 type vlan id 5 gvrp foo
        add x link d0 type vlan id 5 foo
        add x link d0 type vlan id 5 ingress-qos-map 1
        add x link d0 type vlan id 5 ingress-qos-map 1:x
        add m0 type macvlan
        add m0 link d0 type macvlan mode
        add m0 link d0 type macvlan mode foo
        add m0 link d0 type macvlan foo
        add m0 link d0 type macvlan mode private nopromisc
        add m0 link d0 type macvlan mode source nodst nopromisc
        add m0 link d0 type macvlan mode bridge flag foo
        add m0 link d0 type macvlan mode source macaddr add
        add m0 link d0 type macvlan macaddr add x
        add m0 link d0 type macvlan bcqueuelen x
        add m0 link d0 mtu 9000 type macvlan mode bridge
        add m0 link lo type macvlan mode bridge
        add i0 link d0 type ipvlan mode foo
        add i0 link d0 type ipvlan foo
        add i0 link d0 type ipvlan mode l2 bridge private
        add x type vrf table
        add x type vrf table foo
        add x type vrf foo
        add vx type vxlan
        add vx type vxlan id x
        add vx type vxlan id 16777216
        add vx type vxlan id 5 group 1.2.3.4
        add vx type vxlan id 5 group 239.1.1.1
        add vx type vxlan id 5 group 1::1
        add vx type vxlan id 5 remote 239.1.1.1
        add vx type vxlan id 5 remote x
        add vx type vxlan id 5 remote any
        add vx type vxlan id 5 group 239.1.1.1 remote 1.2.3.4
        add vx type vxlan id 5 local 239.1.1.1
        add vx type vxlan id 5 local any
        add vx type vxlan id 5 dev nope
        add vx type vxlan id 5 ttl x
        add vx type vxlan id 5 ttl 256
        add vx type vxlan id 5 tos x
        add vx type vxlan id 5 df x
        add vx type vxlan id 5 flowlabel x
        add vx type vxlan id 5 flowlabel 99999999
        add vx type vxlan id 5 ageing x
        add vx type vxlan id 5 maxaddress x
        add vx type vxlan id 5 srcport x 1
        add vx type vxlan id 5 srcport 1 x
        add vx type vxlan id 5 srcport 9 1 dstport 4789
        add vx type vxlan id 5 dstport x
        add vx type vxlan id 5 id 6
        add vx type vxlan id 5 external
        add vx type vxlan id 5 vnifilter
        add vx type vxlan foo
        add vx type vxlan id 5 learning nolearning
        add vx type vxlan id 5 learning learning
        add vx type vxlan id 5 local 1.1.1.1 remote ::1 dstport 4789
        set d0 type vxlan local 1.1.1.1 local 1.1.1.2
        set d0 type bridge forward_delay 300
        set d0 type foo bar
        set d0 type bridge_slave hairpin on
        set d0 type bridge_slave hairpin x
        set d0 type bridge_slave foo
        set d0 type bridge_slave cost x
        set d0 type bridge_slave priority x
        set d0 type bridge_slave state x
        set d0 type bridge_slave backup_port
        set d0 type bridge_slave backup_port nope
        set d0 type bridge_slave group_fwd_mask x
        set d0 type bridge_slave mcast_router x
        add foo type bridge_slave";

const ADDRESSES: &str = "add
        add 10.0.0.1/24
        add dev d0
        add default dev d0
        add 10.0.0.1/24 dev nope
        add 10.0.0.1/33 dev d0
        add x dev d0
        add 10.0.0.1/24 dev
        add 10.0.0.1/24 dev d0 scope x
        add 10.0.0.1/24 dev d0 broadcast x
        add 10.0.0.1/24 dev d0 broadcast 10.0.0.1 broadcast 10.0.0.2
        add 10.0.0.1/24 brd dev d0
        add 10.0.0.1/24 dev d0 nodad home brd ::1
        add 10.0.0.1/24 peer 10.0.0.2 peer 10.0.0.3 dev d0
        add 10.0.0.1/24 10.0.0.2/24 dev d0
        add 10.9.0.1/24 dev d0
        add 2001:db8:77::1/64 dev d0
        add 2001:db8:78::1/64 dev d0 broadcast 10.0.0.1
        add 2001:db8:78::1/64 dev d0 broadcast +
        add 10.0.0.1/24 dev d0 valid_lft 5 preferred_lft 6
        add 10.0.0.1/24 dev d0 valid_lft 5
        add 10.0.0.1/24 dev d0 valid_lft x
        add 10.0.0.1/24 dev d0 valid_lft 0
        add 10.0.0.1/24 dev d0 preferred_lft x
        add 10.0.0.1/24 dev d0 valid_lft 5 valid_lft 6
        add 10.0.0.1/24 dev d0 autojoin
        add 10.0.0.1/24 dev d0 bogus
        add 10.0.0.1/24 dev d0 metric x
        add 10.0.0.1/24 dev d0 anycast x
        add 10.0.0.1/24 dev d0 local 10.0.0.1
        add 10.0.0.1 dev d0 peer x
        add ::/64 dev d0
        add ff02::1/64 dev d0
        add fe80::5 dev d0 nodad mngtmpaddr
        del
        del dev d0
        del 10.0.0.77/24 dev d0
        del 10.9.0.1/16 dev d0
        del 10.9.0.77 dev d0
        flush
        flush nope
        flush dev nope
        flush dev d0 scope x
        flush dev d0 scope
        flush to x
        flush label
        flush foo bar
        flush dev d0 dev d1
        flush dev d0 master nope
        flush dev d0 group x
        flush dev d0 vrf foo
        foo";
