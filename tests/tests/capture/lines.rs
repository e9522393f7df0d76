use pontoon_tests::Host;

use super::{capture, end, finish, pair, tcpdump};

/// Traffic of many kinds.
const TRAFFIC: &str = "set -e
    ping -c 1 -W 5 10.9.0.2 >/dev/null; ping -c 1 -W 5 -s 2000 10.9.0.2 >/dev/null; ping -c 1 ::1 >/dev/null
    ip netns exec there busybox nc -l -p 4000 >got &
    until ip netns exec there ss -Hltn | grep -q :4000; do :; done
    echo hello | busybox nc 10.9.0.2 4000; wait
    ! busybox nc 10.9.0.2 4001 </dev/null
    ! timeout 1 busybox nslookup -type=a web.example.com 127.0.0.1 >/dev/null 2>&1";

#[test]
fn lines_are_tcpdumps() {
    let host = pair();
    let file = capture(&host, &["d0", "lo", "-w", "f"]);
    let text = capture(&host, &["d0", "lo"]);
    host.sh(TRAFFIC).ok();
    let text = end(text);
    end(file);
    let told = tcpdump(&host, "f");
    // `HH:MM:SS.ffffff d0    Out IP …`
    let mine: Vec<String> = text.stdout.lines().map(|line| line[26..].to_owned()).collect();
    assert_eq!(mine, told, "{text}");
    let times: Vec<&str> = text.stdout.lines().map(|line| line.split(' ').next().expect("a time")).collect();
    let shape = |time: &&str| {
        let digits: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        digits == "00:00:00.000000"
    };
    assert!(times.iter().all(shape), "{times:?}");
    for word in [
        "ARP, Request who-has 10.9.0.2",
        "echo reply",
        "IP6 ::1 > ::1: ICMP6, echo request",
        "Flags [S.]",
        "Flags [R.]",
        "A? web.example.com.",
        "unreachable",
    ] {
        assert!(text.stdout.contains(word), "{word}: {text}");
    }
    finish(host);
}

#[test]
fn a_line_says_where_and_which_way() {
    let host = pair();
    let capture = capture(&host, &["any", "there:d1", "--filter", "icmp", "-e", "-n"]);
    host.sh("ping -c 1 10.9.0.2").ok();
    let out = end(capture);
    let starts: Vec<&str> = out.stdout.lines().map(|line| &line[16..31]).collect();
    let expected = ["d0    Out ", "there:d1 In  ", "there:d1 Out ", "d0    In  "];
    assert!(
        starts.len() == 4 && starts.iter().zip(expected).all(|(line, start)| line.starts_with(start)),
        "{out}"
    );
    let macs = host.sh("(ip -br link show d0; ip -n there -br link show d1) | awk '{ print $3 }'").ok();
    let macs: Vec<&str> = macs.stdout.lines().collect();
    let header =
        format!("{} > {}, ethertype IPv4 (0x0800), length 98: 10.9.0.1 > 10.9.0.2: ICMP", macs[0], macs[1]);
    assert!(out.stdout.lines().next().is_some_and(|line| line.contains(&header)), "{header}: {out}");
    finish(host);
}

#[test]
fn the_time_is_that_of_the_clock_on_the_wall() {
    let host = pair();
    let hours: Vec<i32> = ["UTC", "Pontoon-5"]
        .map(|zone| {
            let words = ["capture", "lo", "-c", "1"];
            let capture = host.pontoon(&words).env("TZ", zone).spawn();
            host.wait_for("a capture", || capture.stderr().contains("listening on lo"));
            host.sh("ping -c 1 127.0.0.1").ok();
            let out = capture.wait();
            out.stdout[..2].parse().expect("an hour")
        })
        .into();
    let ahead = (hours[1] - hours[0]).rem_euclid(24);
    assert!(matches!(ahead, 5 | 6), "an hour may have passed between: {hours:?}");
    finish(host);
}

#[test]
fn a_packet_to_ones_own_address_takes_the_loopback_device() {
    let host = Host::new().bridge_may_stay();
    let own = "ip -4 -o addr show eth0 | awk '{ print $4 }'";
    let web = host.start("web", &["--net=bridge"], &host.bundle(), own);
    let address = web.said();
    let address = address.split('/').next().expect("an address");
    let capture = capture(&host, &["web", "--filter", "icmp"]);
    web.exec(&format!("ping -c 1 -W 5 {address}"));
    let out = end(capture);
    let lines: Vec<&str> =
        out.stdout.lines().map(|line| line[16..].split(", id").next().unwrap_or(line)).collect();
    let line = |what: &str| format!("web:lo In  IP {address} > {address}: ICMP echo {what}");
    assert_eq!(lines, [line("request"), line("reply")], "{out}");
    web.end();
    host.finish();
}

#[test]
fn in_a_namespace_its_own_devices_are_meant() {
    let host = pair();
    // A device goes before a namespace of the same name, unless there is a colon.
    host.sh("ip netns exec there ip link add there type bridge").ok();
    let named = |words: &[&str]| end(capture(&host, words)).stderr.lines().next().map(str::to_owned);
    let listening = |devices: &str| {
        Some(format!("listening on {devices}, link-type EN10MB (Ethernet), snapshot length 262144 bytes"))
    };
    assert_eq!(named(&["--in", "there", "d1"]), listening("there:d1"));
    assert_eq!(named(&["--in", "/run/netns/there", "lo"]), listening("/run/netns/there:lo"));
    assert_eq!(named(&["there:d1", "there:lo"]), listening("there:d1, there:lo"));
    assert_eq!(named(&["d0", "d0"]), listening("d0"));
    assert_eq!(
        named(&["--in", "there", "there:any", "-s", "0"]),
        listening("there:lo, there:d1, there:there")
    );
    assert_eq!(named(&["lo", "any"]).map(|line| line.contains("d0")), Some(true));
    finish(host);
}
