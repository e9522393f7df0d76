//! `pontoon top`: what it counts is what was sent.

use nix::sys::signal::Signal;
use pontoon_tests::{Host, Running};
use serde_json::Value;

/// Bytes of the headers of IP and UDP.
const HEADERS: [u64; 2] = [20 + 8, 40 + 8];

/// The last document that is there as a whole.
fn last(top: &Running<'_>) -> Option<Value> {
    let said = top.stdout();
    let whole = said.rsplit_once('\n')?.0;
    serde_json::from_str(whole.lines().last()?).ok()
}

/// Packets and bytes that a port received, and sent.
fn counted(document: &Value, address: Option<&str>) -> Option<[u64; 4]> {
    let port = document["ports"].as_array()?.iter().find(|port| port["hostAddress"].as_str() == address)?;
    let number = |way: &str, what: &str| port[way][what].as_u64();
    Some([
        number("received", "packets")?,
        number("received", "bytes")?,
        number("sent", "packets")?,
        number("sent", "bytes")?,
    ])
}

/// A table of a `top`.
fn counts(host: &Host) -> bool {
    host.sh("nft list tables").ok().stdout.contains("pontoon_top")
}

#[test]
fn each_packet_through_a_port_is_counted_once_whoever_sent_it() {
    let host = Host::new();
    host.neighbours();
    host.sh("pontoon network create blue --ipv6 --subnet 10.101.0.0/24 --subnet fd01::/64").ok();
    let bundle = host.bundle();
    let flags = ["--net=blue", "-p", "8080:80/udp", "-p", "127.0.0.1:9090:80/udp", "-p", "[::1]:9090:80/udp"];
    let web = host.start("web", &flags, &bundle, "");
    let near = host.start("near", &["--net=blue"], &bundle, "");
    let server = host.serve("web", 80);
    let top = host.pontoon(&["top", "--json", "-d", "0.1"]).spawn();
    host.wait_for("the first look", || last(&top).is_some());
    assert!(counts(&host));
    for (address, asked) in [
        (
            None,
            &[
                ("out", "192.0.2.1:8080"),
                ("out", "[2001:db8:2::1]:8080"),
                ("host", "127.0.0.1:8080"),
                ("host", "[::1]:8080"),
                ("host", "192.0.2.1:8080"),
                ("host", "[2001:db8:2::1]:8080"),
                ("web", "192.0.2.1:8080"),
                ("web", "[2001:db8:2::1]:8080"),
                ("near", "192.0.2.1:8080"),
                ("near", "[2001:db8:2::1]:8080"),
            ][..],
        ),
        (Some("127.0.0.1"), &[("host", "127.0.0.1:9090")]),
        (Some("::1"), &[("host", "[::1]:9090")]),
    ] {
        let mut expected = [0; 4];
        for (place, target) in asked {
            for _ in 0..3 {
                let said = host.ask_by_udp(place, 0, target).expect("an answer");
                let headers = HEADERS[usize::from(target.starts_with('['))];
                let length = u64::try_from(said.len()).expect("few");
                for (sum, more) in expected.iter_mut().zip([1, headers + 1, 1, headers + length]) {
                    *sum += more;
                }
            }
            let found = || last(&top).and_then(|document| counted(&document, address));
            host.wait_for(&format!("{expected:?} by {place} to {target}"), || found() == Some(expected));
        }
    }
    // A port that comes later is counted from then on; one that goes is shown no more.
    let late = host.start("late", &["--net=blue", "-p", "127.0.0.2:9191:80/udp"], &bundle, "");
    host.wait_for("the new port", || {
        last(&top).is_some_and(|it| counted(&it, Some("127.0.0.2")) == Some([0; 4]))
    });
    let server_late = host.serve("late", 80);
    assert!(host.ask_by_udp("host", 0, "127.0.0.2:9191").is_some());
    host.wait_for("a packet", || {
        last(&top).is_some_and(|it| counted(&it, Some("127.0.0.2")).is_some_and(|it| it[0] == 1))
    });
    drop(server_late);
    late.end();
    host.wait_for("no port", || last(&top).is_some_and(|it| counted(&it, Some("127.0.0.2")).is_none()));
    // However it ends, what it counted with goes with it.
    top.signal(Signal::SIGKILL);
    top.wait();
    host.wait_for("no table", || !counts(&host));
    let top = host.pontoon(&["top", "--json", "-d", "0.1"]).spawn();
    host.wait_for("a table", || counts(&host) && last(&top).is_some());
    top.signal(Signal::SIGINT);
    assert_eq!(top.wait().status, 0);
    host.wait_for("no table", || !counts(&host));
    drop(server);
    near.end();
    web.end();
    host.sh("pontoon network prune -f").ok();
    host.no_neighbours();
    host.finish();
}

/// What `ip` tells of a device: bytes and packets, sent and received.
fn told_by_ip(host: &Host, line: &str) -> [u64; 4] {
    let shown = host.sh(line).ok().json();
    let stats = &shown[0]["stats64"];
    let number = |way: &str, what: &str| stats[way][what].as_u64().expect("a number");
    [number("rx", "bytes"), number("rx", "packets"), number("tx", "bytes"), number("tx", "packets")]
}

#[test]
fn what_cards_count_is_what_ip_shows() {
    const BYTES: u64 = 3_000_000;
    let host = Host::new().bridge_may_stay();
    // A device of the host's with another end, for a card that is no pair.
    host.sh("ip link add lan0 type veth peer lan1 && ip link set lan0 up && ip link set lan1 up").ok();
    host.sh("pontoon network create lan -d macvlan -o parent=lan0 --subnet 192.168.7.0/24").ok();
    let bundle = host.bundle();
    let web = host.start(
        "web",
        &["--net=bridge", "--net=lan"],
        &bundle,
        "tail -f /dev/null | nc -l -p 80 >/dev/null &",
    );
    let other = host.start("other", &["--net=lan", "--net=bridge"], &bundle, "");
    let address = web.exec("ip -4 -o addr show eth0 | awk '{ split($4, it, \"/\"); print it[1] }'");
    other.exec(&format!("head -c {BYTES} /dev/zero | nc {} 80", address.stdout.trim_end()));
    let shown = host.pontoon(&["inspect", "web"]).ok().json();
    let device = shown[0]["networks"][0]["hostInterface"].as_str().expect("a device").to_owned();
    let outside = format!("ip -j -s link show dev {device}");
    let inside = "ip netns exec web ip -j -s link show dev eth1".to_owned();
    let before = [told_by_ip(&host, &outside), told_by_ip(&host, &inside)];
    let document = host.pontoon(&["top", "--once", "--json", "-d", "0.05"]).ok().json();
    let after = [told_by_ip(&host, &outside), told_by_ip(&host, &inside)];
    let card = |name: &str, card: &str| {
        let cards = document["cards"].as_array().expect("cards");
        let found = cards.iter().find(|it| it["name"] == name && it["card"] == card);
        found.unwrap_or_else(|| panic!("{name} {card} in {document}")).clone()
    };
    let number = |card: &Value, way: &str, what: &str| card[way][what].as_u64().expect("a number");
    let ways = |card: &Value, [first, second]: [&str; 2]| {
        let of = |way| ["bytes", "packets"].map(|what| number(card, way, what));
        [of(first), of(second)].concat()
    };
    // The host's end sends what the container receives; a card inside alone says it itself.
    let eth0 = ways(&card("web", "eth0"), ["sent", "received"]);
    let eth1 = ways(&card("web", "eth1"), ["received", "sent"]);
    for (told, (before, after)) in [eth0, eth1].iter().zip(before.iter().zip(&after)) {
        for (told, (before, after)) in told.iter().zip(before.iter().zip(after)) {
            assert!((before..=after).contains(&told), "{before} {told} {after}: {document}");
        }
    }
    let eth0 = card("web", "eth0");
    assert!(number(&eth0, "received", "bytes") > BYTES, "{eth0}");
    assert_eq!((&eth0["network"], &eth0["device"]), (&"bridge".into(), &device.into()));
    assert_eq!(
        (&card("web", "eth1")["network"], &card("web", "eth1")["device"]),
        (&"lan".into(), &Value::Null)
    );
    assert!(number(&card("other", "eth1"), "sent", "bytes") > BYTES);
    assert!(document["seconds"].as_f64().expect("seconds") >= 0.05, "{document}");
    assert_eq!(document["ports"], serde_json::json!([]));
    // Nobody publishes a port: there is nothing to count with.
    assert!(!counts(&host));
    web.end();
    other.end();
    host.sh("pontoon network rm lan; ip link del lan0").ok();
    host.finish();
}

#[test]
fn a_rate_is_what_passes_in_a_second() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    let web = host.start("web", &["--net=bridge"], &bundle, "");
    let quiet = host.start("quiet", &["--net=bridge"], &bundle, "");
    let address = web.exec("ip -4 -o addr show eth0 | awk '{ split($4, it, \"/\"); print it[1] }'");
    let ping = host.sh(&format!("exec ping -q -i 0.01 -s 972 {}", address.stdout.trim_end())).spawn();
    let top = host.pontoon(&["top", "--json", "-d", "0.3"]).spawn();
    // A hundred packets of 1000 bytes, and 14 more of the link, a second; on a machine with other work, fewer.
    let passes = |card: &Value, way: &str| {
        let packets = card[way]["packetsPerSecond"].as_f64().unwrap_or(0.0);
        let bytes = card[way]["bytesPerSecond"].as_f64().unwrap_or(0.0);
        (5.0..130.0).contains(&packets) && (bytes / packets / 1014.0 - 1.0).abs() < 0.1
    };
    host.wait_for("the rate", || {
        let Some(document) = last(&top) else { return false };
        let first = &document["cards"][0];
        first["name"] == "web" && passes(first, "received") && passes(first, "sent")
    });
    let only = host.pontoon(&["top", "-n", "2", "-d", "0.05", "quiet"]).ok().stdout;
    let heads = only.lines().filter(|line| line.starts_with("CONTAINER  CARD  NETWORK")).count();
    assert!(heads == 2 && only.contains("quiet      eth0  bridge") && !only.contains("web"), "{only}");
    drop(ping);
    drop(top);
    web.end();
    quiet.end();
    host.finish();
}

#[test]
fn a_terminal_is_as_it_was_afterwards() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    let web = host.start("web", &["--net=bridge"], &bundle, "");
    for key in ["q", "\x03"] {
        let script = "stty -g; pontoon top -d 0.05; echo status $?; stty -g";
        let mut terminal = host.sh(script).at_terminal();
        terminal.wait_for("eth0");
        let drawn = terminal.screen().matches("\x1b[H").count();
        host.wait_for("another drawing", || terminal.screen().matches("\x1b[H").count() > drawn + 2);
        terminal.resize(3, 20);
        terminal.write(key);
        let screen = terminal.wait().stdout;
        assert!(screen.contains("\x1b[?25h\x1b[?1049lstatus 0"), "{screen:?}");
        let modes: Vec<&str> = screen.lines().filter(|line| line.matches(':').count() > 20).collect();
        assert!(modes.len() == 2 && modes[0].trim_end() == modes[1].trim_end(), "{modes:?}");
    }
    web.end();
    host.finish();
}

#[test]
fn mistakes_are_told() {
    let host = Host::new();
    let bundle = host.bundle();
    assert_eq!(host.pontoon(&["top", "--once", "-d", "0.01"]).ok().stdout.lines().count(), 1, "a heading");
    for words in [&["top", "nobody"][..], &["top", "-d", "0"], &["top", "-d", "nan"], &["top", "-d", "-1"]] {
        host.pontoon(words).fails(125);
    }
    host.pontoon(&["run", "--name", "over", "--net=none", bundle.path(), "true"]).ok();
    let ended = host.pontoon(&["top", "over"]).fails(125);
    assert!(ended.error().contains("stopped"), "{ended}");
    host.pontoon(&["rm", "over"]).ok();
    host.finish();
}
