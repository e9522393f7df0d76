//! Ended at any moment, Pontoon leaves nothing; or the next command takes it away.

use nix::sys::signal::Signal;
use pontoon_tests::Host;

#[test]
fn ctrl_c_at_any_moment_leaves_nothing() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    // The moments are spread over a start by what the program has had time to do; the spread is the test.
    for microseconds in (0..30_000).step_by(1_500) {
        let begun = std::time::Instant::now();
        let running = host.pontoon(&["run", "--rm", "--net=bridge", bundle.path(), "sleep", "1000"]).spawn();
        while begun.elapsed().as_micros() < microseconds {
            std::hint::spin_loop();
        }
        running.signal(Signal::SIGINT);
        // Process 1 of a container ignores it, as it has no handler: then it is there to be killed.
        host.wait_for("an end, or a container", || {
            !host.pontoon(&["ps", "-q"]).ok().stdout.is_empty() || running.ended()
        });
        host.sh("pontoon ps -q | xargs -r pontoon kill -s KILL").run();
        assert_ne!(running.wait().status, 0);
    }
    host.finish();
}
#[test]
fn killed_at_any_moment_the_next_command_takes_it_away() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    for microseconds in (0..20_000).step_by(1_000) {
        let begun = std::time::Instant::now();
        let running = host.pontoon(&["run", "--rm", "--net=bridge", bundle.path(), "sleep", "0.01"]).spawn();
        while begun.elapsed().as_micros() < microseconds {
            std::hint::spin_loop();
        }
        running.signal(Signal::SIGKILL);
        // The container, if there is one, goes on to its end, with the output in its hands.
        running.wait();
        // A process that ends closes its files first, and is gone a moment later.
        let nothing = || host.pontoon(&["ps", "-a", "-q"]).ok().stdout.is_empty();
        host.wait_for(&format!("no container, killed after {microseconds} µs"), nothing);
    }
    host.finish();
}

#[test]
fn a_container_outlives_its_killed_keeper_and_can_be_ended() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    let running = host.start("orphan", &["--net=bridge"], &bundle, "");
    running.running().signal(Signal::SIGKILL);
    assert!(host.pontoon(&["ps"]).ok().stdout.contains("orphan"));
    host.pontoon(&["rm", "-f", "orphan"]).ok();
    drop(running);
    host.finish();
}

const NETWORKS: [&str; 2] =
    ["blue --ipv6 --subnet 10.101.0.0/24 --subnet fd01::/64", "red --subnet 10.102.0.0/24"];

fn with_networks() -> Host {
    let host = Host::new();
    for network in NETWORKS {
        let words: Vec<&str> = network.split_whitespace().collect();
        host.pontoon(&[&["network", "create"], &words[..]].concat()).ok();
    }
    host
}

/// Nothing of ports, names and addresses, though the networks are there.
fn nothing_is_held(host: &Host) -> bool {
    let held = "ls /run/pontoon/ports/*/* /run/pontoon/dns/*/containers/* /run/pontoon/networks/*/leases/* 2>/dev/null
        nft list ruleset | grep pontoon:[0-9a-f]; ip -o link | grep veth; pgrep -f ^pontoon-names";
    host.sh(held).run().stdout.is_empty()
}

#[test]
fn a_start_with_networks_ports_and_names_can_be_killed_at_any_moment() {
    let host = with_networks();
    let bundle = host.bundle();
    for microseconds in (0..60_000).step_by(2_000) {
        let begun = std::time::Instant::now();
        let run =
            ["run", "--rm", "--net=blue", "--net=red", "-p", "8080:80", "-p", "53:53/udp", bundle.path()];
        let running = host.pontoon(&[&run[..], &["sleep", "0.01"]].concat()).spawn();
        while begun.elapsed().as_micros() < microseconds {
            std::hint::spin_loop();
        }
        running.signal(Signal::SIGKILL);
        running.wait();
        let nothing = || host.pontoon(&["ps", "-a", "-q"]).ok().stdout.is_empty() && nothing_is_held(&host);
        host.wait_for(&format!("nothing, killed after {microseconds} µs"), nothing);
    }
    host.pontoon(&["network", "prune", "-f"]).ok();
    host.finish();
}

#[test]
fn a_name_that_was_forgotten_without_a_word_keeps_no_server() {
    let host = with_networks();
    let bundle = host.bundle();
    let web = host.start("web", &["--net=blue"], &bundle, "");
    let serves = || host.sh("pgrep -f ^pontoon-names").run().status == 0;
    assert!(serves());
    // As one does who is killed before it has told the server, or taken away the rest.
    host.sh("rm /run/pontoon/dns/blue/containers/*").ok();
    host.wait_for("the server's end", || !serves());
    assert_eq!(host.sh("ls /run/pontoon/dns").ok().stdout, "");
    web.end();
    host.pontoon(&["network", "prune", "-f"]).ok();
    host.finish();
}

#[test]
fn a_card_with_a_port_is_given_and_taken_whole_or_not_at_all() {
    let host = with_networks();
    let bundle = host.bundle();
    let start = || host.start("web", &["--net=blue", "-p", "8080:80"], &bundle, "");
    let mut web = start();
    for (number, microseconds) in (0..40_000).step_by(2_000).enumerate() {
        let begun = std::time::Instant::now();
        let verbs: &[&str] = if number % 2 == 0 {
            &["connect", "-p", "8081:81", "red", "web"]
        } else {
            &["disconnect", "red", "web"]
        };
        let running = host.pontoon(&[&["network"], verbs].concat()).spawn();
        while begun.elapsed().as_micros() < microseconds {
            std::hint::spin_loop();
        }
        running.signal(Signal::SIGKILL);
        running.wait();
        let shown = host.pontoon(&["inspect", "web"]).ok().json();
        let cards = shown[0]["networks"].as_array().expect("cards").len();
        let ports = shown[0]["ports"].as_array().expect("ports").len();
        // Two of each family that has a card: what is claimed, and what the firewall knows.
        let seen = host
            .sh("ls -d /run/pontoon/ports/*/*/* | wc -l; nft list ruleset | grep -c 'pontoon:[0-9a-f]'
                nsenter -t $(pgrep -x sleep) -n ip -o link | grep -vc ' lo:'; ls /run/pontoon/networks/red/leases | wc -l
                ls /run/pontoon/dns/*/containers/* | wc -l; ls /run/pontoon/changing | wc -l")
            .run();
        let seen: Vec<usize> = seen.stdout.lines().map(|line| line.parse().expect("a number")).collect();
        let expected = [2 * ports, 2 * ports, cards, cards - 1, cards, 0];
        assert_eq!(seen, expected, "killed after {microseconds} µs of {verbs:?}");
        // A port that came with a card stays when that goes, as long as another card can have it.
        if number % 2 == 1 {
            web.end();
            web = start();
        } else if cards == 1 {
            host.pontoon(&["network", "connect", "red", "web"]).ok();
        }
    }
    web.end();
    host.pontoon(&["network", "prune", "-f"]).ok();
    host.finish();
}

#[test]
fn a_doctor_finds_ports_that_nobody_has_and_takes_them_away() {
    let host = with_networks();
    let bundle = host.bundle();
    let web = host.start("web", &["--net=blue", "-p", "8080:80"], &bundle, "");
    assert_eq!(host.pontoon(&["doctor", "--check"]).ok().stdout, "");
    // Its state is lost, and all that could tell.
    host.sh("mv /run/pontoon/containers/* lost; rm -r /run/pontoon/monitors/* /run/pontoon/names/*").ok();
    let found = host.pontoon(&["doctor", "--check"]).fails(1).stdout;
    for what in [
        "port 8080/tcp on 0.0.0.0 of container ",
        "port 8080/tcp on :: of container ",
        "firewall: 0.0.0.0:8080/tcp to 10.101.0.2:80 of container ",
        "firewall: [::]:8080/tcp to [fd01::2]:80 of container ",
        "network blue: address 10.101.0.2 of container ",
        "network blue: address fd01::2 of container ",
        "link veth",
        "names of ",
    ] {
        assert!(found.contains(what), "{what}: {found}");
    }
    host.sh("pkill -KILL -f '[p]ontoon run'; pkill -KILL -x sleep; true").ok();
    drop(web);
    assert!(host.pontoon(&["doctor"]).ok().stdout.ends_with("mended\n"));
    // Who is dying may have been in its cgroup then.
    let healthy = || host.pontoon(&["doctor"]).ok().stdout == "nothing was left behind\n";
    host.wait_for("a clean bill of health", healthy);
    host.wait_for("nothing", || nothing_is_held(&host));
    host.pontoon(&["network", "prune", "-f"]).ok();
    host.finish();
}
