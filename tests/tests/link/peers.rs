use pontoon_tests::{Host, Output};
use serde_json::{Map, Value, json};

/// Says something to Pontoon.
fn pontoon(host: &Host, line: &str) -> Output {
    host.sh(&format!("{} {line}", host.pontoon_path().display())).ok()
}

/// The number of a container's first process.
fn pid(host: &Host, container: &str) -> u64 {
    let inspected = host.pontoon(&["inspect", container]).ok().json();
    inspected[0]["pid"].as_u64().expect("a number")
}

/// The links of `text` by their names.
fn links(text: &Output) -> Vec<Map<String, Value>> {
    let list = text.json();
    list.as_array().expect("a list").iter().map(|link| link.as_object().expect("a link").clone()).collect()
}

#[test]
fn the_other_end_in_a_container_is_shown_by_the_containers_name() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    let web = host.start("web", &["--net=bridge"], &bundle, "");
    let db = host.start("db", &["--net=bridge"], &bundle, "");
    // It lives where Pontoon does, which is thereby no place of its name.
    let near = host.start("near", &["--net=host"], &bundle, "");
    let text = pontoon(&host, "link show type veth").stdout;
    let of = |name: &str| text.lines().find(|line| line.contains(&format!("@{name}: "))).map(str::to_owned);
    assert!(of("web").is_some() && of("db").is_some() && of("near").is_none(), "{text}");
    // But for the name it is what ip shows.
    let ip = host.sh("ip link show type veth").ok().stdout;
    assert_eq!(text.replace("@web:", "@if2:").replace("@db:", "@if2:"), ip);
    let of_web = of("web").unwrap();
    let device = of_web.split_whitespace().nth(1).and_then(|name| name.split('@').next()).unwrap();
    let brief = pontoon(&host, &format!("link -br show {device}")).stdout;
    assert!(brief.starts_with(&format!("{device}@web ")), "{brief}");
    assert!(pontoon(&host, &format!("addr show {device}")).stdout.contains(&format!(" {device}@web: ")));
    // In JSON ip's keys are all there, and one more.
    let mut own = links(&pontoon(&host, "link -j -d show type veth"));
    let names: Vec<Value> = own.iter_mut().map(|link| link.remove("link_netns").unwrap()).collect();
    assert!(names.contains(&json!("web")) && names.contains(&json!("db")), "{names:?}");
    assert_eq!(own, links(&host.sh("ip -j -d link show type veth").ok()));
    // From within, the host has no name.
    let inside = pontoon(&host, "link --in web").stdout;
    let ip = format!("nsenter --net=/proc/{}/ns/net ip link", pid(&host, "web"));
    assert_eq!(inside, host.sh(&ip).ok().stdout);
    assert!(inside.contains(" eth0@if"), "{inside}");
    web.end();
    let text = pontoon(&host, "link").stdout;
    assert!(!text.contains("@web"), "{text}");
    db.end();
    near.end();
    host.finish();
}

#[test]
fn the_other_end_in_a_namespace_of_ip_netns_is_shown_by_its_name() {
    let host = Host::new();
    host.sh("set -e; ip netns add red; ip netns add blue; ip netns add gone
        ip link add v0 type veth peer name p netns red
        ip link add v1 type veth peer name p netns blue
        ip link add v2 type veth peer name p netns gone")
        .ok();
    // Its name is taken away, and it is kept elsewhere.
    host.sh(
        "touch kept && mount --bind /run/netns/gone kept && umount /run/netns/gone && rm /run/netns/gone",
    )
    .ok();
    let text = pontoon(&host, "link").stdout;
    let ip = host.sh("ip link").ok().stdout;
    assert!(ip.contains(" link-netns red\n"), "{ip}");
    assert_eq!(text.replace("@red:", "@if2:").replace("@blue:", "@if2:"), ip);
    for part in [" v0@red: ", " v1@blue: ", " v2@if2: "] {
        assert!(text.contains(part), "{text}");
    }
    // The host gets a name, too.
    host.sh("touch /run/netns/home && mount --bind /proc/self/ns/net /run/netns/home").ok();
    let inside = pontoon(&host, "link --in red show p").stdout;
    assert!(inside.contains(" p@home: ") && inside.contains(" link-netns home\n"), "{inside}");
    // A name that would act on a terminal is not shown here: ip's own place for it is.
    host.sh("ip netns del red; ip netns add \"$(printf 'a\\033[1mb')\"; ip link add v3 type veth peer name p netns \"$(printf 'a\\033[1mb')\"").ok();
    let text = pontoon(&host, "link show v3").stdout;
    assert_eq!(text, host.sh("ip link show v3").ok().stdout);
    host.sh("umount /run/netns/home; rm /run/netns/home; umount kept
        ip link del v1; ip link del v2; ip link del v3; ip -all netns del; umount /run/netns")
        .ok();
    host.finish();
}
