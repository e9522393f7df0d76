//! Packets, and what tcpdump 4.99.3 (`tcpdump -nSt`) says of them.

use netlink_raw::kernel::IFF_UP;
use netlink_raw::route::{Kind, Link as Device};
use proptest::prelude::*;

use super::super::frame::netlink_header;
use super::super::link::Link;
use super::lines;

/// Where the words are the same.
const AS_TCPDUMP: [(&str, &str); 40] = [
    (
        "024200000002024200000001080600010800060400010242000000010a0900010000000000000a090002",
        "ARP, Request who-has 10.9.0.2 tell 10.9.0.1, length 28",
    ),
    (
        "024200000002024200000001080600010800060400020242000000010a0900010242000000020a090002",
        "ARP, Reply 10.9.0.1 is-at 02:42:00:00:00:01, length 28",
    ),
    (
        "024200000002024200000001080600010800060400010242000000010a0900010000000000000a090001",
        "ARP, Request who-has 10.9.0.1 tell 10.9.0.1, length 28",
    ),
    (
        "02420000000202420000000108060001080006040001024200000001000000000000000000000a090001",
        "ARP, Request who-has 10.9.0.1 tell 0.0.0.0, length 28",
    ),
    (
        "024200000002024200000001080600010800060400010242000000010a0900010242000000020a090002",
        "ARP, Request who-has 10.9.0.2 (02:42:00:00:00:02) tell 10.9.0.1, length 28",
    ),
    (
        "02420000000202420000000108004500005400010000400166940a0900010a0900020800cacc000500017878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878",
        "IP 10.9.0.1 > 10.9.0.2: ICMP echo request, id 5, seq 1, length 64",
    ),
    (
        "02420000000202420000000108004500005400010000400166940a0900010a0900020000d2cc000500017878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878",
        "IP 10.9.0.1 > 10.9.0.2: ICMP echo reply, id 5, seq 1, length 64",
    ),
    (
        "02420000000202420000000108004500003900010000400166af0a0900010a0900020303e84f000000004500001d00010000401166bb0a0900010a0900029c4000630009000078",
        "IP 10.9.0.1 > 10.9.0.2: ICMP 10.9.0.2 udp port 99 unreachable, length 37",
    ),
    (
        "02420000000202420000000108004500003900010000400166af0a0900010a0900020301e851000000004500001d00010000401166bb0a0900010a0900029c4000630009000078",
        "IP 10.9.0.1 > 10.9.0.2: ICMP host 10.9.0.2 unreachable, length 37",
    ),
    (
        "02420000000202420000000108004500003900010000400166af0a0900010a0900020304e2d6000005784500001d00010000401166bb0a0900010a0900029c4000630009000078",
        "IP 10.9.0.1 > 10.9.0.2: ICMP 10.9.0.2 unreachable - need to frag (mtu 1400), length 37",
    ),
    (
        "02420000000202420000000108004500003900010000400166af0a0900010a090002030de845000000004500001d00010000401166bb0a0900010a0900029c4000630009000078",
        "IP 10.9.0.1 > 10.9.0.2: ICMP host 10.9.0.2 unreachable - admin prohibited filter, length 37",
    ),
    (
        "02420000000202420000000108004500003900010000400166af0a0900010a0900020b00e052000000004500001d00010000401166bb0a0900010a0900029c4000630009000078",
        "IP 10.9.0.1 > 10.9.0.2: ICMP time exceeded in-transit, length 37",
    ),
    (
        "02420000000202420000000108004500003900010000400166af0a0900010a0900020501dc450a0900034500001d00010000401166bb0a0900010a0900029c4000630009000078",
        "IP 10.9.0.1 > 10.9.0.2: ICMP redirect 10.9.0.2 to host 10.9.0.3, length 37",
    ),
    (
        "02420000000202420000000108004500002100010000401166b70a0900010a0900029c400063000d000068656c6c6f",
        "IP 10.9.0.1.40000 > 10.9.0.2.99: UDP, length 5",
    ),
    (
        "02420000000202420000000108004500004800010000401166900a0900010a0900029c4000350034000012340100000100000000000103776562076578616d706c6503636f6d000001000100002904d0000000000000",
        "IP 10.9.0.1.40000 > 10.9.0.2.53: 4660+ [1au] A? web.example.com. (44)",
    ),
    (
        "02420000000202420000000108004500005f00010000401166790a0900010a09000200359c40004b000012348580000100020000000003776562076578616d706c6503636f6d0000010001c00c000500010000003c000603776562c010c00c000100010000003c00040a090007",
        "IP 10.9.0.1.53 > 10.9.0.2.40000: 4660* 2/0/0 CNAME web.example.com., A 10.9.0.7 (67)",
    ),
    (
        "02420000000202420000000108004500003100010000401166a70a0900010a09000200359c40001d00000007818300010000000000000178017900001c0001",
        "IP 10.9.0.1.53 > 10.9.0.2.40000: 7 NXDomain 0/0/0 (21)",
    ),
    (
        "02420000000202420000000108004500004300010000401166950a0900010a0900029c400035002f000000090100000100000000000001310130013902313007696e2d61646472046172706100000c0001",
        "IP 10.9.0.1.40000 > 10.9.0.2.53: 9+ PTR? 1.0.9.10.in-addr.arpa. (39)",
    ),
    (
        "02420000000202420000000108004500003c00010000400666a70a0900010a0900029c401f90000003e800000000a002faf000000000020405b40402080a00000001000000000103030a",
        "IP 10.9.0.1.40000 > 10.9.0.2.8080: Flags [S], seq 1000, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0",
    ),
    (
        "02420000000202420000000108004500002c00010000400666b70a0900010a0900021f909c400000004d000003e96012fe8800000000020405b4",
        "IP 10.9.0.1.8080 > 10.9.0.2.40000: Flags [S.], seq 77, ack 1001, win 65160, options [mss 1460], length 0",
    ),
    (
        "02420000000202420000000108004500003900010000400666aa0a0900010a0900029c401f90000003e90000004e8018003f000000000101080a000000020000000368656c6c6f",
        "IP 10.9.0.1.40000 > 10.9.0.2.8080: Flags [P.], seq 1001:1006, ack 78, win 63, options [nop,nop,TS val 2 ecr 3], length 5",
    ),
    (
        "02420000000202420000000108004500003400010000400666af0a0900010a0900029c401f90000003ee0000004e8010003f000000000101050a0000000200000003",
        "IP 10.9.0.1.40000 > 10.9.0.2.8080: Flags [.], ack 78, win 63, options [nop,nop,sack 1 {2:3}], length 0",
    ),
    (
        "02420000000202420000000108004500002a00010000400666b90a0900010a0900029c401f90ffffffff0000004e5038003f000000056162",
        "IP 10.9.0.1.40000 > 10.9.0.2.8080: Flags [P.U], seq 4294967295:1, ack 78, win 63, urg 5, length 2",
    ),
    (
        "02420000000202420000000108004500002800010000400666bb0a0900010a0900029c401f90000003ee000000005004000000000000",
        "IP 10.9.0.1.40000 > 10.9.0.2.8080: Flags [R], seq 1006, win 0, length 0",
    ),
    (
        "02420000000202420000000108004500002800010000400666bb0a0900010a0900029c401f90000003ee000000005000000000000000",
        "IP 10.9.0.1.40000 > 10.9.0.2.8080: Flags [none], win 0, length 0",
    ),
    (
        "02420000000202420000000108004500002800010000400666bb0a0900010a0900029c401f90000003ee0000000150d1000000000000",
        "IP 10.9.0.1.40000 > 10.9.0.2.8080: Flags [F.EW], seq 1006, ack 1, win 0, length 0",
    ),
    (
        "02420000000202420000000108004500001c00012001401146bb0a0900010a0900023132333435363738",
        "IP 10.9.0.1 > 10.9.0.2: ip-proto-17",
    ),
    (
        "02420000000202420000000186dd6000000000403afffe800000000000000000000000000001fe8000000000000000000000000000028000554d000500017878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878",
        "IP6 fe80::1 > fe80::2: ICMP6, echo request, id 5, seq 1, length 64",
    ),
    (
        "02420000000202420000000186dd6000000000403afffe800000000000000000000000000001fe8000000000000000000000000000028100544d000500017878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878",
        "IP6 fe80::1 > fe80::2: ICMP6, echo reply, id 5, seq 1, length 64",
    ),
    (
        "02420000000202420000000186dd6000000000203afffe800000000000000000000000000001fe800000000000000000000000000002870079d900000000fe8000000000000000000000000000020101024200000001",
        "IP6 fe80::1 > fe80::2: ICMP6, neighbor solicitation, who has fe80::2, length 32",
    ),
    (
        "02420000000202420000000186dd6000000000203afffe800000000000000000000000000001fe800000000000000000000000000002880017da60000000fe8000000000000000000000000000010201024200000001",
        "IP6 fe80::1 > fe80::2: ICMP6, neighbor advertisement, tgt is fe80::1, length 32",
    ),
    (
        "02420000000202420000000186dd6000000000083afffe800000000000000000000000000001fe80000000000000000000000000000285007db800000000",
        "IP6 fe80::1 > fe80::2: ICMP6, router solicitation, length 8",
    ),
    (
        "02420000000202420000000186dd6000000000393afffe800000000000000000000000000001fe80000000000000000000000000000201041a620000000060000000000911fffe800000000000000000000000000001fe800000000000000000000000000002000500060009000078",
        "IP6 fe80::1 > fe80::2: ICMP6, destination unreachable, unreachable port, fe80::2 udp port 6, length 57",
    ),
    (
        "02420000000202420000000186dd6000000000393afffe800000000000000000000000000001fe800000000000000000000000000002020014660000050060000000000911fffe800000000000000000000000000001fe800000000000000000000000000002000500060009000078",
        "IP6 fe80::1 > fe80::2: ICMP6, packet too big, mtu 1280, length 57",
    ),
    (
        "02420000000202420000000186dd60000000002400fffe800000000000000000000000000001fe8000000000000000000000000000023a000502000001008f00719c0000000104000000ff0200000000000000000001ff000002",
        "IP6 fe80::1 > fe80::2: HBH ICMP6, multicast listener report v2, 1 group record(s), length 28",
    ),
    (
        "02420000000202420000000186dd6000000000102cfffe800000000000000000000000000001fe80000000000000000000000000000211000008000000073132333435363738",
        "IP6 fe80::1 > fe80::2: frag (8|8)",
    ),
    (
        "02420000000202420000000186dd60000000001406fffe800000000000000000000000000001fe8000000000000000000000000000029c400050000003ee000000015010000700000000",
        "IP6 fe80::1.40000 > fe80::2.80: Flags [.], ack 1, win 7, length 0",
    ),
    (
        "0180c20000006640ceafdc0200264242030000000000800002000000001000000000800002000000001080010000140001000200",
        "STP 802.1d, Config, Flags [none], bridge-id 8000.02:00:00:00:00:10.8001, length 35",
    ),
    (
        "0180c20000006640ceafdc0200264242030000000081800002000000001000000000800002000000001080010000140001000200",
        "STP 802.1d, Config, Flags [Topology change, Topology change ACK], bridge-id 8000.02:00:00:00:00:10.8001, length 35",
    ),
    ("0180c20000006640ceafdc0200074242030000008000000000", "STP 802.1d, Topology Change"),
];

/// Where it knows more, or says less: tags, protocols that are not taken apart, packets cut short.
const OTHERWISE: [(&str, &str); 14] = [
    (
        "02420000000202420000000108004500001c00010000402f669e0a0900010a0900023132333435363738",
        "IP 10.9.0.1 > 10.9.0.2: gre, length 8",
    ),
    (
        "02420000000202420000000108004500001c0001000040c866050a0900010a0900023132333435363738",
        "IP 10.9.0.1 > 10.9.0.2: ip-proto-200, length 8",
    ),
    (
        "02420000000202420000000186dd6000000000182cfffe800000000000000000000000000001fe800000000000000000000000000002110000010000000700050006001000003132333435363738",
        "IP6 fe80::1.5 > fe80::2.6: frag (0|16) UDP, length 8",
    ),
    (
        "0242000000020242000000018100600708004500002400010000400166c40a0900010a09000208001618000500017878787878787878",
        "vlan 7, p 3, IP 10.9.0.1 > 10.9.0.2: ICMP echo request, id 5, seq 1, length 16",
    ),
    ("02420000000202420000000188cc3132333435363738", "ethertype LLDP (0x88cc), length 8"),
    (
        "024200000002024200000001123431313131313131313131313131313131313131313131313131313131313131313131313131313131313131313131",
        "ethertype Unknown (0x1234), length 46",
    ),
    (
        "02420000000202420000000108004500002100010000401166b70a0900010a0900029c40",
        "IP 10.9.0.1 > 10.9.0.2: [|udp]",
    ),
    (
        "02420000000202420000000108004500002800010000400666bb0a0900010a09000200010002000000030000000450020009",
        "IP 10.9.0.1.1 > 10.9.0.2.2: [|tcp]",
    ),
    (
        "02420000000202420000000108004500001700010000400166d10a0900010a090002080000",
        "IP 10.9.0.1 > 10.9.0.2: ICMP [|icmp]",
    ),
    ("0180c20000006640ceafdc0200174242030000000000800002000000001000000000800002", "[|stp]"),
    (
        "0180c20000006640ceafdc02002742420300000202008000020000000010000000008000020000000010800100001400010002000000",
        "STP, length 40",
    ),
    ("02420000000202420000000108004500", "IP [|ip]"),
    ("02420000000202420000000108060001", "ARP, [|arp]"),
    ("313233", "[|ether]"),
];

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&hexadecimal[at..at + 2], 16).expect("a digit");
    (0..hexadecimal.len()).step_by(2).map(digit).collect()
}

fn line(bytes: &[u8], header: bool) -> String {
    let length = u32::try_from(bytes.len()).expect("a length");
    let lines = lines(Link::Ethernet, bytes, length, header);
    assert_eq!(lines.len(), 1);
    lines.concat()
}

#[test]
fn packets_are_told_as_tcpdump_tells_them() {
    for (packet, told) in AS_TCPDUMP.iter().chain(&OTHERWISE) {
        assert_eq!(line(&bytes(packet), false), *told, "{packet}");
    }
}

#[test]
fn the_links_header_is_told_where_it_is_asked_for() {
    let told = |table: &[(&str, &str)], at: usize| line(&bytes(table[at].0), true);
    let start = "02:42:00:00:00:01 > 02:42:00:00:00:02, ethertype";
    let request = "10.9.0.1 > 10.9.0.2: ICMP echo request, id 5, seq 1, length";
    assert_eq!(told(&AS_TCPDUMP, 5), format!("{start} IPv4 (0x0800), length 98: {request} 64"));
    let arp = "Request who-has 10.9.0.2 tell 10.9.0.1, length 28";
    assert_eq!(told(&AS_TCPDUMP, 0), format!("{start} ARP (0x0806), length 42: {arp}"));
    let tag = OTHERWISE.iter().position(|(_, told)| told.starts_with("vlan")).expect("one with a tag");
    let tagged =
        format!("{start} 802.1Q (0x8100), length 54: vlan 7, p 3, ethertype IPv4 (0x0800), {request} 16");
    assert_eq!(told(&OTHERWISE, tag), tagged);
}

#[test]
fn padding_is_no_part_of_a_packet() {
    let mut packet = bytes(AS_TCPDUMP[13].0);
    packet.resize(60, 0);
    assert_eq!(line(&packet, false), AS_TCPDUMP[13].1);
}

#[test]
fn a_device_without_a_header_has_the_packet_alone() {
    let packet = bytes(AS_TCPDUMP[5].0);
    assert_eq!(lines(Link::Raw, &packet[14..], 84, true), [AS_TCPDUMP[5].1]);
}

#[test]
fn what_a_name_holds_does_not_reach_the_terminal() {
    let place = AS_TCPDUMP.iter().find(|(_, told)| told.contains("PTR?")).expect("a question");
    let mut packet = bytes(place.0);
    let name = packet.windows(2).position(|pair| pair == b"in").expect("a name");
    packet[name..name + 2].copy_from_slice(b"\x1b\n");
    assert!(
        line(&packet, false).contains("9+ PTR? 1.0.9.10.\\x1b\\n-addr.arpa. (39)"),
        "{}",
        line(&packet, false)
    );
}

#[test]
fn a_netlink_message_is_told_with_its_command() {
    let device = Device {
        name: Some("d0\u{1b}".into()),
        kind: Some(Kind::Dummy),
        flags: IFF_UP,
        change: IFF_UP,
        ..Device::default()
    };
    let message = device.create().expect("a request").encode(7);
    let datagram = [&netlink_header(7, 0), &message[..]].concat();
    let told = lines(Link::Netlink, &datagram, 0, false);
    let [what, command] = &told[..] else { panic!("{told:?}") };
    assert!(what.starts_with("route RTM_NEWLINK NLM_F_REQUEST|"), "{what}");
    assert!(what.contains(r#"IFLA_IFNAME "d0\u{1b}""#), "{what}");
    assert!(what.contains(r#"IFLA_LINKINFO { IFLA_INFO_KIND "dummy" }"#), "{what}");
    assert_eq!(command, "\t$ ip link add $'d0\\U0000001b' up type dummy");
    assert_eq!(lines(Link::Netlink, &datagram[..40], 0, false), ["route [|netlink]"]);
    let foreign = [&netlink_header(6, 16), &b"1234"[..]].concat();
    assert_eq!(lines(Link::Netlink, &foreign, 0, false), ["generic, length 4"]);
}

/// Nothing in a line acts on a terminal; a command is under its message.
fn is_harmless(lines: &[String]) {
    for line in lines {
        let text = line.strip_prefix('\t').unwrap_or(line);
        assert!(!text.chars().any(char::is_control), "{line:?}");
    }
}

fn link() -> impl Strategy<Value = Link> {
    prop_oneof![Just(Link::Ethernet), Just(Link::Raw), Just(Link::Netlink)]
}

proptest! {
    #[test]
    fn any_bytes_are_told_harmlessly(
        link in link(),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        length: u32,
        header: bool,
    ) {
        is_harmless(&lines(link, &bytes, length, header));
    }

    #[test]
    fn a_damaged_packet_is_told_harmlessly(
        which in 0..AS_TCPDUMP.len(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut: prop::sample::Index,
        header: bool,
    ) {
        let mut packet = bytes(AS_TCPDUMP[which].0);
        for (place, byte) in damage {
            *place.get_mut(&mut packet) = byte;
        }
        packet.truncate(cut.index(packet.len()) + 1);
        is_harmless(&lines(Link::Ethernet, &packet, 1500, header));
        is_harmless(&lines(Link::Raw, packet.get(14..).unwrap_or_default(), 1500, header));
    }
}
