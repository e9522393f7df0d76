use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::time::SystemTime;

use pontoon::sys::tun::{self, Tap};
use pontoon_tests::Host;

use super::blocks::{Packet, read};
use super::{capture, end, finish, pair, tcpdump};

/// In, and to this device; out.
const IN: u32 = 1 | 1 << 2;
const OUT: u32 = 2;

fn is_icmp(packet: &Packet) -> bool {
    packet.bytes[12..14] == [8, 0] && packet.bytes[23] == 1
}

#[test]
fn a_ping_between_two_containers_is_seen_at_both_ends() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    let one = host.start("one", &["--net=bridge"], &bundle, "true");
    let two = host.start("two", &["--net=bridge"], &bundle, "ip -4 -o addr show eth0 | awk '{ print $4 }'");
    let address = two.said();
    let address = address.split('/').next().expect("an address");
    let before = SystemTime::now();
    let capture = capture(&host, &["one", "two", "-w", "both.pcapng"]);
    let said = capture.stderr();
    for label in ["one:lo", "one:eth0", "two:lo", "two:eth0"] {
        assert!(said.contains(label), "{said}");
    }
    one.exec(&format!("ping -c 1 -W 5 {address}"));
    let out = end(capture);
    assert!(
        out.stderr.contains(" captured\n") && out.stderr.contains("\n0 packets dropped by kernel\n"),
        "{out}"
    );

    let path = host.dir().join("both.pcapng");
    assert_eq!(std::fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
    let file = read(&path);
    assert_eq!(file.statistics, 4);
    let seen: Vec<_> = file
        .packets
        .iter()
        .filter(|packet| is_icmp(packet))
        .map(|packet| (packet.interface.as_str(), packet.flags))
        .collect();
    let expected = [("one:eth0", OUT), ("two:eth0", IN), ("two:eth0", OUT), ("one:eth0", IN)];
    assert_eq!(seen, expected, "in the order in which it passed");
    let times: Vec<u64> = file.packets.iter().map(|packet| packet.time).collect();
    assert!(times.is_sorted());
    let since = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).expect("a time").as_nanos();
    let first = u128::from(times[0]);
    assert!(since(before) <= first && first <= since(SystemTime::now()), "{first}");

    let lines = tcpdump(&host, "both.pcapng");
    let count = |word: &str| lines.iter().filter(|line| line.contains(word)).count();
    assert_eq!((count("ICMP echo request"), count("ICMP echo reply")), (2, 2), "{lines:?}");
    one.end();
    two.end();
    host.finish();
}

#[test]
fn a_reader_sees_each_packet_as_it_comes() {
    let host = Host::new();
    let pontoon = host.pontoon_path().display().to_string();
    let both = host.sh(&format!("{pontoon} capture lo -c 4 -w - | tcpdump -lnr -")).spawn();
    host.wait_for("a capture", || both.stderr().contains("listening on lo"));
    host.sh("ping -c 1 127.0.0.1").ok();
    both.wait_for_stdout("ICMP echo reply");
    host.sh("ping -c 1 127.0.0.1").ok();
    let out = both.wait();
    assert_eq!((out.status, out.stdout.lines().count()), (0, 4), "{out}");
    assert!(out.stderr.contains("4 packets captured"), "{out}");
    host.finish();
}

#[test]
fn a_snapshot_keeps_the_beginning_and_tells_the_length() {
    let host = pair();
    let capture = capture(&host, &["d0", "-s", "60", "-w", "short", "--filter", "icmp"]);
    host.sh("ping -c 1 -s 1000 10.9.0.2").ok();
    end(capture);
    let file = read(&host.dir().join("short"));
    let sizes: Vec<_> = file.packets.iter().map(|packet| (packet.bytes.len(), packet.length)).collect();
    assert_eq!(sizes, [(60, 1042), (60, 1042)]);
    finish(host);
}

#[test]
fn a_file_that_is_there_is_written_anew() {
    let host = pair();
    std::fs::write(host.dir().join("old"), vec![b'x'; 100_000]).expect("a file");
    end(capture(&host, &["d0", "-w", "old"]));
    assert_eq!(read(&host.dir().join("old")).interfaces, [("d0".to_owned(), 1)]);
    finish(host);
}

/// A frame from 02:…:07 to all: ARP, with a VLAN's tag or without.
fn frame(tag: Option<u16>) -> Vec<u8> {
    let mut frame = [&[0xff; 6][..], &[2, 0, 0, 0, 0, 7]].concat();
    frame.extend(tag.into_iter().flat_map(|tag| [[0x81, 0], tag.to_be_bytes()].concat()));
    frame
        .extend([8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 7, 10, 0, 0, 7, 0, 0, 0, 0, 0, 0, 10, 0, 0, 8]);
    frame.resize(64, 0);
    frame
}

#[test]
fn a_tag_is_where_it_was_on_the_wire_and_can_be_asked_for() {
    let host = Host::new();
    let tap = Tap { name: "t0", ..Tap::default() };
    let mut tap = std::fs::File::from(host.inside(|| tun::make(&tap)).expect("a tap device"));
    host.sh("ip link set t0 addrgenmode none && ip link set t0 up").ok();
    let all = capture(&host, &["t0", "-w", "all"]);
    let seven = capture(&host, &["t0", "-w", "seven", "--filter", "vlan 7 and arp"]);
    for tag in [Some(0x6007), Some(8), None] {
        tap.write_all(&frame(tag)).expect("a frame");
    }
    end(all);
    end(seven);
    let bytes =
        |name: &str| read(&host.dir().join(name)).packets.into_iter().map(|it| it.bytes).collect::<Vec<_>>();
    assert_eq!(bytes("all"), [frame(Some(0x6007)), frame(Some(8)), frame(None)]);
    assert_eq!(bytes("seven"), [frame(Some(0x6007))]);
    let lines = host.cmd("tcpdump").args(&["-enr", "seven"]).ok();
    assert!(lines.stdout.contains("vlan 7, p 3, ethertype ARP"), "{lines}");
    drop(tap);
    host.finish();
}

#[test]
fn tcpdump_reads_a_file_of_devices_with_and_without_a_header_of_their_own() {
    let host = Host::new();
    let tun = Tap { name: "t0", mode: tun::Mode::Tun, ..Tap::default() };
    let tun = host.inside(|| tun::make(&tun)).expect("a tun device");
    host.sh("ip link set t0 addrgenmode none && ip addr add 10.4.0.1/24 dev t0 && ip link set t0 up").ok();
    host.sh("ip addr add fd04::1/64 dev t0 nodad").ok();
    let both =
        capture(&host, &["t0", "lo", "-w", "both", "-s", "60", "-f", "icmp or (icmp6 and ip6[40] == 128)"]);
    let alone = capture(&host, &["t0", "-w", "alone", "-f", "icmp"]);
    host.sh("ping -c 1 -W 0.1 10.4.0.2; ping -c 1 -W 0.1 fd04::2; ping -c 1 127.0.0.1").ok();
    end(both);
    end(alone);
    let file = read(&host.dir().join("both"));
    assert_eq!(file.interfaces, [("t0".to_owned(), 1), ("lo".to_owned(), 1)]);
    let sizes: Vec<_> = file.packets.iter().map(|packet| (packet.bytes.len(), packet.length)).collect();
    assert_eq!(sizes, [(60, 98), (60, 118), (60, 98), (60, 98)]);
    let lines = tcpdump(&host, "both");
    assert!(lines[0].starts_with("IP 10.4.0.1 > 10.4.0.2: ICMP echo request"), "{lines:?}");
    assert!(lines[1].starts_with("IP6 "), "{lines:?}");
    assert!(lines[3].starts_with("IP 127.0.0.1 > 127.0.0.1: ICMP echo reply"), "{lines:?}");
    // Alone it is what it is.
    assert_eq!(read(&host.dir().join("alone")).interfaces, [("t0".to_owned(), 101)]);
    assert!(tcpdump(&host, "alone")[0].starts_with("IP 10.4.0.1 > 10.4.0.2: ICMP echo request"));
    drop(tun);
    host.finish();
}

#[test]
fn a_filter_chooses_before_the_first_packet() {
    let host = pair();
    let filter = "icmp[icmptype] == icmp-echo and src host 10.9.0.1";
    let capture = capture(&host, &["d0", "there:", "-w", "f", "--filter", filter]);
    host.sh("ping -c 2 -i 0.2 10.9.0.2; ping -c 1 10.9.0.1").ok();
    end(capture);
    let lines = tcpdump(&host, "f");
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(
        lines.iter().all(|line| line.starts_with("IP 10.9.0.1 > 10.9.0.2: ICMP echo request")),
        "{lines:?}"
    );
    let bytes = std::fs::read(host.dir().join("f")).expect("a file");
    assert_eq!(
        bytes.windows(filter.len()).filter(|part| *part == filter.as_bytes()).count(),
        3,
        "it is in the file"
    );
    finish(host);
}

#[test]
fn what_passed_before_the_end_is_in_the_file_and_in_its_order() {
    let host = pair();
    let flood = ["--", "ping", "-q", "-f", "-c", "20000", "10.9.0.2"];
    let flags = ["capture", "any", "there:d1", "-s", "64", "-B", "262144", "-w", "f"];
    let out = host.pontoon(&[&flags[..], &flood].concat()).ok();
    let told = |what: &str| {
        let line = out.stderr.lines().find_map(|line| line.strip_suffix(what));
        line.and_then(|count| count.parse::<usize>().ok()).unwrap_or_else(|| panic!("{what}: {out}"))
    };
    assert_eq!(told(" packets dropped by kernel"), 0);
    // The kernel may ask for a neighbour again at the very end.
    assert!(told(" packets received by filter") - told(" packets captured") <= 2, "{out}");
    let packets = read(&host.dir().join("f")).packets;
    assert!(packets.len() >= 80_000, "{}", packets.len());
    let late = packets.windows(2).filter(|pair| pair[1].time < pair[0].time).count();
    assert_eq!(late, 0, "of {}", packets.len());
    finish(host);
}
