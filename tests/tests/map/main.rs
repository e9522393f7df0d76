//! `pontoon map`: what is drawn is what is there.

mod beside;
mod scene;
mod watch;
mod xml;

use pontoon_tests::Host;

use scene::Scene;

/// The lines of a text in which `word` stands.
fn lines<'t>(text: &'t str, word: &str) -> Vec<&'t str> {
    text.lines().filter(|line| line.contains(word)).collect()
}

#[test]
fn boxes_and_lines_show_who_is_connected_to_whom() {
    let host = Host::new().bridge_may_stay();
    let scene = Scene::set(&host);
    let text = scene.map(&[]);
    for title in ["─ host ─", "─ web · container ─", "─ db · container ─", "─ blue · namespace ─"]
    {
        assert_eq!(lines(&text, title).len(), 1, "{title} in\n{text}");
    }
    // The pair that was made by hand is one line from box to box.
    let pair = lines(&text, "10.5.0.1/24");
    assert_eq!(pair.len(), 1, "{text}");
    assert!(pair[0].starts_with("│ vb ") && pair[0].contains(" 10.5.0.1/24 ──"), "{}", pair[0]);
    assert!(pair[0].contains("──┼──") && pair[0].contains("──┤ vb0  10.5.0.2/24"), "{}", pair[0]);
    // Cards are connected to ports below the bridge.
    assert_eq!(lines(&text, "bridge of network bridge").len(), 1, "{text}");
    assert_eq!(
        text.lines().filter(|line| line.contains("─ veth") && line.contains("┤ eth0")).count(),
        2,
        "{text}"
    );
    assert_eq!(lines(&text, "published :8080 → 80/tcp").len(), 1, "{text}");
    assert_eq!(lines(&text, "default via").len(), 2, "{text}");
    assert!(lines(&text, "tap0")[0].contains("10.6.0.1/24  tap"), "{text}");
    // The same with other letters.
    let ascii = host.pontoon(&["map"]).env("LC_ALL", "C").ok().stdout;
    assert!(ascii.is_ascii() && ascii.contains("published :8080 -> 80/tcp"), "{ascii}");
    assert_eq!(scene.map(&["--ascii"]), ascii);
    scene.strike();
    host.finish();
}

#[test]
fn the_svg_is_xml_and_says_all_addresses() {
    let host = Host::new().bridge_may_stay();
    let scene = Scene::set(&host);
    let texts = xml::texts(&scene.map(&["--format", "svg"]));
    let drawn: Vec<&str> = texts.iter().flat_map(|text| text.split_whitespace()).collect();
    let json = scene.json(&[]);
    let mut count = 0;
    for link in json["namespaces"].as_array().unwrap().iter().flat_map(|it| it["links"].as_array().unwrap()) {
        assert!(drawn.contains(&link["ifname"].as_str().unwrap()), "{link} in {texts:?}");
        for address in link["addr_info"].as_array().unwrap() {
            let written = format!("{}/{}", address["local"].as_str().unwrap(), address["prefixlen"]);
            assert!(drawn.contains(&written.as_str()), "{written} in {texts:?}");
            count += 1;
        }
    }
    assert!(count >= 9, "{json}");
    for word in [":8080", "80/tcp", "web", "db", "blue"] {
        assert!(drawn.contains(&word), "{word} in {texts:?}");
    }
    let dot = scene.map(&["--format", "dot"]);
    assert!(dot.starts_with("graph map {") && dot.matches("subgraph").count() == 4, "{dot}");
    scene.strike();
    host.finish();
}

#[test]
fn a_part_is_drawn_with_what_it_is_connected_to() {
    let host = Host::new().bridge_may_stay();
    let scene = Scene::set(&host);
    let text = scene.map(&["web"]);
    assert!(text.contains("─ web ·") && text.contains("─ host ─") && text.contains("pontoon0"), "{text}");
    // Of words: the digits of a card's name may be `db`.
    let names = |name: &&str| text.split_whitespace().any(|word| word == *name);
    assert!(names(&"web") && !["db", "blue", "tap0"].iter().any(names), "{text}");
    assert!(text.contains("more links"), "{text}");
    // Around another namespace than the host: it stands first.
    let text = scene.map(&["--in", "blue"]);
    assert!(text.starts_with("╭─ blue · namespace ─"), "{text}");
    assert!(text.contains("─ host ─"), "{text}");
    let details = scene.map(&["--details", "blue"]);
    let mac = host.sh("ip netns exec blue cat /sys/class/net/vb0/address").ok();
    assert!(details.contains(mac.line()) && details.contains("10.5.0.0/24 dev vb0"), "{details}");
    // Each question can be asked by hand.
    let explained = host.pontoon(&["map", "--explain", "blue"]).ok().stderr;
    assert!(explained.contains("$ nsenter --net=/run/netns/blue ip link show\n"), "{explained}");
    // What is not there, and what can't be.
    let out = host.pontoon(&["map", "nobody"]).fails(125);
    assert!(out.error().contains("\"nobody\" is no running container"), "{out}");
    let out = host.pontoon(&["map", "--watch", "--format", "svg"]).fails(125);
    assert_eq!(out.error(), "pontoon: --watch draws text, and no other format");
    scene.strike();
    host.finish();
}

#[test]
fn a_namespace_without_a_name_is_drawn_if_a_link_leads_there() {
    let host = Host::new();
    let stranger = host.sh("exec unshare -n sleep 1000").spawn();
    let pid = stranger.pid().to_string();
    let other = host.sh("exec unshare -n sleep 1001").spawn();
    // Until they have namespaces of their own.
    let own = host.sh("readlink /proc/self/ns/net").ok().stdout;
    let apart = |pid: u32| {
        std::fs::read_link(format!("/proc/{pid}/ns/net")).is_ok_and(|it| it.to_str() != Some(own.trim()))
    };
    host.wait_for("two namespaces", || apart(stranger.pid()) && apart(other.pid()));
    let inside = host.sh("pgrep -x -f 'sleep 1000'").ok();
    host.sh(&format!("ip link add s0 type veth peer name s1 netns {}", inside.line())).ok();
    let map = |arguments: &[&str]| {
        host.pontoon(&[&["map"], arguments].concat()).env("LC_ALL", "C.UTF-8").ok().stdout
    };
    let text = map(&[]);
    assert_eq!(lines(&text, &format!("sleep ({}) · process", inside.line())).len(), 1, "{pid} in\n{text}");
    assert!(lines(&text, "s0 ")[0].contains("┤ s1"), "{text}");
    assert_eq!(lines(&text, "· process").len(), 1, "{text}");
    assert_eq!(lines(&map(&["--all"]), "· process").len(), 2);
    for running in [&stranger, &other] {
        running.signal(nix::sys::signal::Signal::SIGKILL);
    }
    drop((stranger, other));
    host.finish();
}

#[test]
fn who_may_look_nowhere_else_sees_the_own_namespace_and_is_told_so() {
    let host = Host::new();
    host.sh("ip netns add blue; ip link add vb type veth peer name vb0 netns blue; ip addr add 10.5.0.1/24 dev vb").ok();
    let script = format!(
        "chmod 755 . && cp {} p && env -u XDG_RUNTIME_DIR LC_ALL=C.UTF-8 \
         setpriv --reuid=65534 --regid=65534 --clear-groups ./p map",
        host.pontoon_path().display()
    );
    let text = host.sh(&script).ok().stdout;
    assert!(text.starts_with("╭─ host ─"), "{text}");
    assert!(lines(&text, "10.5.0.1/24")[0].contains("vb "), "{text}");
    assert!(text.contains("can't be looked into: Operation not permitted"), "{text}");
    host.sh("ip netns del blue; umount /run/netns; rmdir /run/netns").ok();
    host.finish();
}
