use pontoon_tests::Host;
use pontoon_tests::ip::both;

use super::{finish, host, same};

/// Tun and tap devices as the kernel tells them.
const SHOWN: &str = "ip -d link show | sed 's/link.ether [0-9a-f:]*//'";

#[test]
fn a_device_is_made_and_deleted_as_by_ip() {
    same(
        &[
            "tuntap add t0 mode tap",
            "tuntap add dev t1 mode tun user nobody group nogroup",
            "tuntap add name t2 mode tap user 7 group 8 pi vnet_hdr multi_queue one_queue",
            "tuntap add mode tun",
            "tuntap add mode tap t%d",
            "tuntap del t0 mode tap",
            "tuntap del dev t2 mode tap multi_queue",
        ],
        SHOWN,
        str::to_owned,
    );
}

#[test]
fn devices_are_listed_as_ip_lists_them() {
    let host = host();
    host.sh("set -e; ip tuntap add t0 mode tap user 7 group 8 pi vnet_hdr multi_queue one_queue
        ip tuntap add t1 mode tun")
        .ok();
    // /sys of the host's own namespace, which `ip` reads.
    let within =
        |line: &str| host.sh(&format!("unshare -m sh -c 'mount -t sysfs sysfs /sys && {line}'")).ok().stdout;
    let program = host.pontoon_path().display().to_string();
    for (flags, words) in [("", ""), ("-j", ""), ("-j -p", "list"), ("", "show")] {
        let ours = within(&format!("{program} tuntap {flags} {words}"));
        assert_eq!(ours, within(&format!("ip {flags} tuntap {words}")), "{flags} {words}");
    }
    assert!(within(&format!("{program} tuntap")).contains("one_queue"));
    // Who is attached.
    let attached = host.sh(&format!(
        "ip tuntap add t9 mode tap && python3 -c '
import fcntl, struct, subprocess
file = open(\"/dev/net/tun\", \"r+b\", buffering=0)
fcntl.ioctl(file, 0x400454ca, struct.pack(\"16sH\", b\"t9\", 0x1002))
print(subprocess.run([\"{program}\", \"tuntap\", \"-d\"], capture_output=True, text=True).stdout)'"
    ));
    let told = attached.ok().stdout;
    assert!(told.contains("t9: tap persist\n\tAttached to processes: python3("), "{told}");
    finish(host);
}

#[test]
fn a_mistake_is_told_as_ip_tells_it() {
    let host = host();
    host.sh("ip tuntap add t5 mode tap").ok();
    for line in [
        "add",
        "add t0",
        "add mode foo",
        "add t0 mode tap mode tun",
        "add t0 t1 mode tap",
        "add name t0 name t1 mode tap",
        "add dev toolongnameforalink mode tap",
        "add a/b mode tap",
        "add lo mode tap",
        "add t5 mode tap",
        "add t0 mode tap user nobodyhere",
        "add t0 mode tap group nope",
        "add t0 mode tap foo",
        "add t0 mode",
        "del",
        "del t5",
        "del t5 mode tun",
        "del d0 mode tap",
        "del t5 mode tap user root",
        "foo",
    ] {
        let [mut ip, pontoon] = both(&host, "tuntap", "", line);
        ip.1 = ip.1.replace("\"ip ", "\"pontoon ");
        assert_eq!(pontoon, ip, "{line}");
        assert_ne!(ip.2, 0, "{line}");
    }
    finish(host);
}

#[test]
fn a_tap_is_made_by_the_words_of_a_link_and_not_by_halves() {
    let host = Host::new();
    let pontoon = |line: &str| host.sh(&format!("{} {line}", host.pontoon_path().display())).run();
    let made = pontoon("link add t0 mtu 1400 address 02:00:00:00:00:07 up type tap user nobody vnet_hdr");
    assert_eq!(made.status, 0, "{made}");
    pontoon("link add t1 group 9 alias x type tun pi multi_queue");
    let shown = host.sh("ip -d -o link show t0; ip -d -o link show t1").ok().stdout;
    for words in
        ["mtu 1400", "02:00:00:00:00:07", ",UP", "tun type tap pi off vnet_hdr on persist on user nobody"]
    {
        assert!(shown.contains(words), "{words} is not in {shown}");
    }
    assert!(
        shown.contains("tun type tun pi on vnet_hdr off multi_queue") && shown.contains("group 9"),
        "{shown}"
    );
    for (line, words) in [
        ("link add t2 mtu 10 type tap", "mtu less than device minimum"),
        ("link add t2 master nope type tap", "Device does not exist"),
        ("link add t2 type tap user nobodyhere", "invalid user \"nobodyhere\""),
        ("link add t2 type tun foo", "tun: unknown option \"foo\"?"),
        ("link add t0 type tap", "ioctl(TUNSETIFF): Device or resource busy"),
        ("link add t2 netns 999999 type tap", "No such process"),
        ("link add t2 index 9 type tap", "\"index\" can't be said"),
    ] {
        let said = pontoon(line);
        assert!(said.status != 0 && said.stderr.contains(words), "{line}: {said}");
        assert_ne!(host.sh("ip link show t2").run().status, 0, "{line} left a device");
    }
    finish(host);
}
