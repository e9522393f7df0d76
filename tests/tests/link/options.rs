use pontoon_tests::ip::{alike, alike_whole};

use super::{finish, host};

#[test]
fn options_are_taken_where_and_as_ip_takes_them() {
    let host = host();
    host.sh("ip netns add blue && ip -n blue addr add 10.8.0.1/24 dev lo").ok();
    host.sh("ip route add 10.50.0.0/16 via 10.0.0.9 && ip route add unreachable 10.51.0.0/16").ok();
    host.sh("ip neigh add 10.0.0.9 lladdr 2:0:0:0:0:9 dev br0 && ip neigh add 10.0.0.8 lladdr 2:0:0:0:0:8 dev br0 nud stale")
        .ok();
    let lines = "-br l;-br -4 a;-4 -br addre;-j -p ad sh lo;-o -6 a;-brief -json li;-p -j ro;-d ro ls;-f inet6 a
        -family inet a;-fam inet6 rou;-0 a;-0 -br a;-0 -j a;-0 -o a;-0 -s a;-0 a show dev br0;-4 -6 a;-6 -4 ro;-N ro show table all;-N -j ro show table all;-N -d a show lo
        -Numeric l;-c=never l;-color=auto ro;-force l;-a l;-l 3 a;-rcvbuf 100000 l;-t l;-ts ro;-echo l;--brief a
        --br -- a;-- l;-n blue -br a;-netns blue ro show table local;-n blue netns;-br n;-br -j nei;-br n show dev br0
        -s -s n;-4 -o netns;-s -d netns list;-h a;-human l;-iec ro;-stats l show lo;-s -h l show lo;-h -h l show lo";
    let lines = lines.split([';', '\n']).map(|line| format!("TOOL {}", line.trim()));
    let lines: Vec<String> = lines.collect();
    alike_whole(&host, &lines.iter().map(String::as_str).collect::<Vec<_>>());
    host.sh("ip netns del blue").ok();
    finish(host);
}

#[test]
fn names_and_addresses_are_coloured_as_by_ip() {
    let host = host();
    host.sh("ip route add 10.50.0.0/16 via 10.0.0.9 && ip route add 10.52.0.0/16 nexthop via 10.0.0.8 nexthop via 10.0.0.9")
        .ok();
    host.sh("ip -6 route add 2001:db8:50::/48 via 2001:db8::9").ok();
    host.sh("ip neigh add 10.0.0.9 lladdr 2:0:0:0:0:9 dev br0 && ip neigh add 2001:db8::9 lladdr 2:0:0:0:0:8 dev br0")
        .ok();
    let lines = "a;l;-br a;-br l;-o a;ro;-6 ro;-d ro show table all;ro get 10.0.0.7 from 10.0.0.1;n;-br n;n get 10.0.0.9 dev br0;-j l;-d l show v1";
    for flag in ["-c", "-color=always", "-c=auto", "-c=never"] {
        for line in lines.split(';') {
            let line = format!("TOOL {flag} {line}");
            alike_whole(&host, &[&line, &format!("COLORFGBG='15;0' {line}")]);
        }
    }
    let coloured = host.sh(&format!("{} link show lo -c", host.pontoon_path().display())).ok().stdout;
    assert!(coloured.starts_with("1: \u{1b}[36mlo: \u{1b}[0m<LOOPBACK"), "{coloured:?}");
    finish(host);
}

#[test]
fn what_is_no_option_is_told_in_ips_words() {
    let host = host();
    let lines = "-foo l;--foo a;-brx a;-jx ro;-c=foo l;-color=x n;-f foo a;-family 4 ro;-n nope l;-n nope netns
        -netns a/b ro;l foo;a foo;ro foo;n foo;netns foo;tuntap foo;a show -foo;ro show -foo;a add -4x dev lo";
    let lines = lines.split([';', '\n']).map(|line| format!("TOOL {}", line.trim()));
    let lines: Vec<String> = lines.collect();
    alike_whole(&host, &lines.iter().map(String::as_str).collect::<Vec<_>>());
    // Behind the verb, where `ip` has no options.
    for (line, status, words) in [
        ("link -foo", 255, "Option \"-foo\" is unknown, try \"pontoon -help\".\n"),
        ("route show --foo", 255, "Option \"-foo\" is unknown, try \"pontoon -help\".\n"),
        ("link --in nope", 255, "\"nope\" is no running container"),
        ("addr --in", 255, "a value is required for '--in"),
        ("link help", 255, "link add "),
        ("a help", 255, "addr flush "),
        ("r h", 255, "route get "),
        ("neigh help", 255, "neigh get "),
        ("tuntap help", 255, "tuntap add "),
    ] {
        let said = host.sh(&format!("{} {line}", host.pontoon_path().display())).run();
        assert!(
            said.status == status && said.stderr.contains(words) && said.stdout.is_empty(),
            "{line}: {said}"
        );
    }
    let help = host.sh(&format!("{} link --help", host.pontoon_path().display())).ok().stdout;
    assert!(help.contains("link add ") && help.contains("--human-readable"), "{help}");
    finish(host);
}

#[test]
fn what_has_passed_is_counted_in_thousands() {
    let host = host();
    host.sh("ping -q -c 9 -i 0.002 -s 65000 127.0.0.1 >/dev/null; ping -q -c 60 -i 0.002 -s 100 127.0.0.1 >/dev/null").ok();
    let flags = ["-h -s", "-h -s -s", "-h -iec -s", "-iec -s", "-human-readable -s -j"];
    alike(&host, "link", &flags, &["show lo"]);
    alike(&host, "addr", &flags, &["show lo"]);
    finish(host);
}
