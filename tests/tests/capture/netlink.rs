use nix::sys::signal::Signal;
use pontoon_tests::Host;

use super::{blocks, capture, end};

/// Whether the kernel has devices that copy netlink messages: it need not be built with them.
fn has_monitors(host: &Host) -> bool {
    host.sh("ip link add probe type nlmon && ip link del probe").run().status == 0
}

#[test]
fn netlink_messages_are_told_with_their_commands() {
    let host = Host::new();
    let monitors = has_monitors(&host);
    let text = capture(&host, &["--netlink"]);
    let file = capture(&host, &["--netlink", "-w", "f"]);
    host.sh("ip link add d0 mtu 1400 type veth peer d1").ok();
    text.wait_for_stdout("IFLA_IFNAME \"d0\"");
    host.sh("ip link del d0").ok();
    text.wait_for_stdout("RTM_DELLINK");
    let text = end(text);
    let out = end(file);
    let has = |words: &str| text.stdout.lines().any(|line| line.contains(words));
    assert!(has(" netlink In  route RTM_NEWLINK "), "{text}");
    if monitors {
        assert!(has(" netlink Out route RTM_NEWLINK NLM_F_REQUEST|NLM_F_ACK|"), "{text}");
        assert!(has("$ ip link add d0 mtu 1400 type veth peer name d1"), "{text}");
        assert!(has("$ ip link del if"), "its number is in the message: {text}");
    } else {
        assert!(text.stderr.contains("this kernel has no nlmon devices (CONFIG_NLMON)"), "{text}");
        assert!(has("IFLA_LINKINFO { IFLA_INFO_KIND \"veth\""), "{text}");
    }
    assert!(out.stderr.contains("link-type NETLINK (Linux netlink)"), "{out}");
    let packets = blocks::read(&host.dir().join("f"));
    assert_eq!(packets.interfaces, [("netlink".to_owned(), 253)]);
    // The device sent it, ARPHRD_NETLINK, no address, and NETLINK_ROUTE: as tcpdump captures it.
    let ways: Vec<u32> = packets.packets.iter().map(|packet| packet.flags & 3).collect();
    assert!(ways.contains(&1) && (!monitors || ways.contains(&2)), "{ways:?}");
    let header = b"\0\x04\x03\x38\0\0\0\0\0\0\0\0\0\0\0\0";
    assert!(packets.packets.iter().all(|packet| packet.bytes.starts_with(header)));
    let read = host.cmd("tcpdump").args(&["-nr", "f"]).ok();
    assert!(read.stderr.contains("link-type NETLINK"), "{read}");
    assert_eq!(read.stdout.matches(" IP ").count(), 0, "{read}");
    host.finish();
}

#[test]
fn the_messages_of_another_namespace_are_its_own() {
    let host = Host::new();
    host.sh("ip netns add there").ok();
    let there = capture(&host, &["--netlink", "there"]);
    host.sh("ip link add here type bridge; ip -n there link set lo up; ip link del here").ok();
    there.wait_for_stdout("\"lo\"");
    let out = end(there);
    assert!(out.stdout.contains(" there:netlink In  route RTM_NEWLINK"), "{out}");
    assert!(!out.stdout.contains("\"here\""), "{out}");
    host.sh("ip netns del there; umount /run/netns").ok();
    host.finish();
}

#[test]
fn a_monitor_that_was_left_is_found() {
    let host = Host::new();
    if !has_monitors(&host) {
        // There is none to be left.
        return host.finish();
    }
    for mend in ["doctor", "capture"] {
        let killed = capture(&host, &["--netlink"]);
        killed.signal(Signal::SIGKILL);
        killed.wait();
        assert!(host.sh("ip -o link show type nlmon").ok().stdout.contains("pontoon-capture "));
        if mend == "doctor" {
            let out = host.pontoon(&["doctor"]).ok();
            assert!(out.stdout.contains("link nlmon-") && out.stdout.ends_with("mended\n"), "{out}");
        } else {
            end(capture(&host, &["--netlink"]));
        }
        assert_eq!(host.sh("ip -o link show type nlmon").ok().stdout, "");
    }
    host.finish();
}
