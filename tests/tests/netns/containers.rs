use nix::sys::signal::Signal;
use pontoon_tests::Host;

use super::{alike, names};

/// Where a name in /run/netns leads, if it is there.
fn link(host: &Host, name: &str) -> Option<String> {
    let out = host.sh(&format!("readlink /run/netns/{name}")).run();
    (out.status == 0).then(|| out.line().to_owned())
}

#[test]
fn a_running_container_is_a_namespace_of_ips() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    let web = host.start("web", &["--net=bridge"], &bundle, "ip -4 -o addr show eth0 | awk '{ print $4 }'");
    let address = web.said();
    for (line, said) in [
        ("ip netns exec web ip -4 -o addr show eth0", address.as_str()),
        ("ip -n web -4 addr show eth0", &address),
        ("pontoon netns exec web ip -4 addr show eth0", &address),
        ("ip netns list", "web"),
        ("pontoon netns list", "web"),
        ("ip -o link show master pontoon0", "link-netns web"),
    ] {
        let out = host.sh(line).ok();
        assert!(out.stdout.contains(said), "{said} by {line}: {out}");
    }
    // A device moves in by the name, and `ip` then tells where its other end is.
    host.sh("ip link add v0 type veth peer v1 && ip link set v1 netns web").ok();
    assert_eq!(web.exec("ls /sys/class/net | grep v1").stdout, "v1\n");
    assert!(host.sh("ip link show v0").ok().stdout.contains("link-netns web"));
    host.sh("ip link del v0").ok();
    let pid = host.sh("pontoon inspect web | jq '.[0].pid'").ok();
    let pids = host.sh("ip netns pids web").ok();
    assert!(pids.stdout.lines().any(|line| line == pid.line()), "{pid} {pids}");
    alike(
        &host,
        &["", "-j"],
        &["list", "pids web", &format!("identify {}", pid.line()), "list-id", "exec web cat /proc/net/route"],
    );
    // A name that `ip` makes afterwards, in a directory that becomes a mount point by it.
    host.sh("ip netns add blue").ok();
    assert_eq!(names(&host), ["blue", "web"]);
    assert_eq!(host.sh("ip netns exec web cat /sys/class/net/eth0/operstate").ok().stdout, "up\n");
    // It holds nothing: the pair goes with the container.
    web.end();
    assert_eq!(names(&host), ["blue"]);
    host.wait_for("no pair", || host.sh("ip -o link show type veth").ok().stdout.is_empty());
    host.sh("ip netns del blue").ok();
    host.finish();
}

#[test]
fn a_name_lasts_from_the_start_to_the_end_whatever_the_way() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    // In the background, with a name and without.
    let id =
        host.pontoon(&["run", "-d", "--net=none", bundle.path(), "sleep", "1000"]).ok().line().to_owned();
    host.pontoon(&["run", "-d", "--name", "db", "--net=bridge", bundle.path(), "sleep", "1000"]).ok();
    let mut both = ["db", &id[..12]];
    both.sort_unstable();
    assert_eq!(names(&host), both);
    assert_eq!(
        host.sh(&format!("ip netns exec {} cat /sys/class/net/lo/operstate", &id[..12])).ok().stdout,
        "unknown\n"
    );
    host.pontoon(&["kill", "-s", "KILL", "db"]).ok();
    host.pontoon(&["wait", "db"]).ok();
    assert_eq!(names(&host), [&id[..12]], "an ended container has no name, though it is kept");
    host.pontoon(&["rm", "-f", "db", &id]).ok();
    assert_eq!(names(&host), [""; 0]);
    // In runc's manner it has one while it waits, and an id that somebody chose is not shortened.
    bundle.config(|config| config["process"]["args"] = serde_json::json!(["sleep", "1000"]));
    let created = host.create("an-id-that-somebody-chose", &[], &bundle);
    assert_eq!(created.status(), "created");
    assert_eq!(names(&host), ["an-id-that-somebody-chose"]);
    created.start();
    assert_eq!(names(&host), ["an-id-that-somebody-chose"]);
    created.end();
    assert_eq!(names(&host), [""; 0]);
    // What could not start has none.
    host.pontoon(&["run", "--name", "web", "--net=none", host.bundle().path(), "nothing-is-called-so"])
        .fails(127);
    assert_eq!(names(&host), [""; 0]);
    host.finish();
}

#[test]
fn who_has_no_namespace_of_its_own_has_no_name() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    let web = host.start("web", &["--net=none"], &bundle, "");
    let guest = host.start("guest", &["--net=container:web"], &bundle, "");
    let open = host.start("open", &["--net=host"], &bundle, "");
    host.sh("ip netns add blue").ok();
    let blue = host.start("inblue", &["--net=ns:/run/netns/blue"], &bundle, "");
    assert_eq!(names(&host), ["blue", "web"]);
    assert_eq!(host.pontoon(&["netns"]).ok().stdout, host.sh("ip netns").ok().stdout);
    for container in [guest, open, blue, web] {
        container.end();
    }
    assert_eq!(names(&host), ["blue"]);
    host.sh("ip netns del blue").ok();
    host.finish();
}

#[test]
fn a_name_that_is_taken_stays_whose_it_is() {
    let host = Host::new();
    let bundle = host.bundle();
    host.sh("ip netns add web && ip -n web link add mine0 type veth peer mine1").ok();
    let before = host.sh("stat -L -c %i /run/netns/web").ok().stdout;
    let web = host.start("web", &["--net=none"], &bundle, "");
    assert_eq!(host.sh("stat -L -c %i /run/netns/web").ok().stdout, before);
    // It is listed by its id, by which it can be entered as well.
    let id = host.pontoon(&["list", "-q"]).ok().line().to_owned();
    assert_eq!(host.pontoon(&["netns", "list"]).ok().stdout, format!("web\n{id}\n"));
    let devices = |name: &str| host.pontoon(&["netns", "exec", name, "ls", "/sys/class/net"]).ok().stdout;
    assert_eq!((devices(&id).as_str(), devices("web").as_str()), ("lo\n", "lo\nmine0\nmine1\n"));
    // A link that somebody made by hand is left alone too, though it dangles.
    host.sh("ln -s /proc/4194305/ns/net /run/netns/hand").ok();
    let hand = host.start("hand", &["--net=none"], &bundle, "");
    hand.end();
    web.end();
    assert_eq!(link(&host, "hand").as_deref(), Some("/proc/4194305/ns/net"));
    assert_eq!(host.pontoon(&["doctor"]).ok().stdout, "nothing was left behind\n");
    assert_eq!(names(&host), ["hand", "web"]);
    // Of two states the first comes first.
    let state = host.dir().join("other").display().to_string();
    let both = host.start("both", &["--net=none"], &bundle, "");
    let first = link(&host, "both");
    let run = ["--root", &state, "run", "-d", "--name", "both", "--net=none", bundle.path(), "sleep", "1000"];
    host.pontoon(&run).ok();
    assert_eq!(link(&host, "both"), first);
    host.pontoon(&["--root", &state, "rm", "-f", "both"]).ok();
    assert_eq!(link(&host, "both"), first);
    both.end();
    assert_eq!(link(&host, "both"), None);
    host.sh("rm /run/netns/hand; ip netns del web").ok();
    host.finish();
}

#[test]
fn what_was_killed_leaves_no_name_behind_the_next_command() {
    let host = Host::new();
    let bundle = host.bundle();
    for next in ["ps", "netns", "doctor"] {
        let web = host.start("web", &["--net=none"], &bundle, "");
        assert!(link(&host, "web").is_some());
        // Pontoon and the container, so that nobody is left to tidy up.
        let pid =
            link(&host, "web").and_then(|link| Some(link.split('/').nth(2)?.to_owned())).expect("a process");
        web.running().signal(Signal::SIGKILL);
        host.sh(&format!("kill -9 {pid}")).run();
        // Nobody need have waited for it yet.
        let runs = format!("grep State /proc/{pid}/status | grep -qv Z");
        host.wait_for("its end", || host.sh(&runs).run().status != 0);
        drop(web);
        host.pontoon(&[next]).ok();
        assert_eq!(link(&host, "web"), None, "after {next}");
    }
    host.finish();
}

#[test]
fn a_name_that_nobody_knows_is_found_by_doctor() {
    let host = Host::new();
    let bundle = host.bundle();
    host.pontoon(&["run", "-d", "--name", "web", "--net=none", bundle.path(), "sleep", "1000"]).ok();
    let to = link(&host, "web").expect("a link");
    host.pontoon(&["rm", "-f", "web"]).ok();
    // As if the whole state had been lost.
    host.sh(&format!("ln -s {to} /run/netns/web")).ok();
    let shown = host.pontoon(&["doctor", "--check"]).fails(1);
    assert_eq!(shown.stdout, format!("network namespace /run/netns/web -> {to}\n"));
    assert_eq!(host.pontoon(&["doctor"]).ok().stdout, format!("{}mended\n", shown.stdout));
    assert_eq!(link(&host, "web"), None);
    // A container of that name does not wait for it.
    host.sh(&format!("ln -s {to} /run/netns/web")).ok();
    let web = host.start("web", &["--net=none"], &bundle, "");
    assert_eq!(host.sh("ip netns exec web ls /sys/class/net").ok().stdout, "lo\n");
    web.end();
    host.finish();
}
