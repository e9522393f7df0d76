use nix::sys::signal::Signal;
use pontoon_tests::Host;

use super::{capture, end, finish, pair};

#[test]
fn it_ends_after_so_many_packets() {
    let host = pair();
    let capture = capture(&host, &["lo", "-c", "3"]);
    host.sh("ping -c 2 -i 0.2 127.0.0.1").ok();
    let out = capture.wait();
    assert_eq!((out.status, out.stdout.lines().count()), (0, 3), "{out}");
    assert!(out.stderr.contains("3 packets captured\n"), "{out}");
    finish(host);
}

#[test]
fn it_ends_when_its_time_is_over() {
    let host = pair();
    let out = host.pontoon(&["capture", "lo", "--for", "1"]).ok();
    assert!(out.stderr.contains("\n0 packets captured\n"), "{out}");
    finish(host);
}

#[test]
fn it_ends_as_it_is_told_to() {
    let host = pair();
    for signal in [Signal::SIGTERM, Signal::SIGHUP] {
        let capture = capture(&host, &["lo", "-w", "f"]);
        host.sh("ping -c 1 127.0.0.1").ok();
        capture.signal(signal);
        let out = capture.wait();
        assert!(out.status == 0 && out.stderr.contains("2 packets captured\n"), "{out}");
        assert_eq!(super::blocks::read(&host.dir().join("f")).packets.len(), 2);
    }
    finish(host);
}

#[test]
fn it_ends_with_its_reader() {
    let host = pair();
    let pontoon = host.pontoon_path().display().to_string();
    let both = host.sh(&format!("({pontoon} capture lo; echo status $? >&2) | head -n 1")).spawn();
    host.wait_for("a capture", || both.stderr().contains("listening on lo"));
    host.sh("ping -c 1 127.0.0.1").ok();
    host.wait_for("the end of it", || {
        host.sh("ping -c 1 127.0.0.1").ok();
        both.ended()
    });
    let out = both.wait();
    assert!(out.stdout.lines().count() == 1 && out.stderr.contains("status 0"), "{out}");
    finish(host);
}

#[test]
fn it_ends_with_the_container() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    let web = host.start("web", &["--net=bridge"], &bundle, "true");
    let other = host.start("other", &["--net=bridge"], &bundle, "true");
    let both = capture(&host, &["web", "other"]);
    let alone = capture(&host, &["web"]);
    web.end();
    let out = alone.wait();
    assert!(out.status == 0 && out.stderr.contains("\nweb has ended\n"), "{out}");
    host.wait_for("a word", || both.stderr().contains("\nweb has ended\n"));
    other.exec("ping -c 1 127.0.0.1");
    both.wait_for_stdout("other:lo In");
    end(both);
    other.end();
    host.finish();
}

#[test]
fn a_device_that_goes_is_told_and_one_that_comes_is_captured() {
    let host = pair();
    let alone = capture(&host, &["d0"]);
    let all = capture(&host, &["any", "-w", "all"]);
    host.sh("ip link set d0 down").ok();
    host.wait_for("a word", || alone.stderr().contains("d0 went down\n"));
    host.sh("ip link set d0 up; ping -c 1 -W 5 10.9.0.2").ok();
    alone.wait_for_stdout("ICMP echo reply");
    host.sh("ip link del d0").ok();
    let out = alone.wait();
    assert!(out.status == 0 && out.stderr.contains("\nd0 is gone\n"), "{out}");
    host.sh("ip link add e0 type veth peer e1; ip link set e0 up").ok();
    host.wait_for("a word", || all.stderr().contains("listening on e1 too\n"));
    host.sh("ip link set e1 up; ip addr add 10.8.0.1/24 dev e0; ping -c 1 -W 1 10.8.0.2 >/dev/null").run();
    end(all);
    let file = super::blocks::read(&host.dir().join("all"));
    let names: Vec<&str> = file.interfaces.iter().map(|(name, _)| name.as_str()).collect();
    assert!(["lo", "d0", "e0", "e1"].iter().all(|name| names.contains(name)), "{names:?}");
    assert!(file.packets.iter().any(|packet| packet.interface == "e1"));
    host.sh("ip link del e0").ok();
    finish(host);
}

#[test]
fn a_capture_that_has_what_it_wants_has_ended_well_and_ends_its_command() {
    let host = pair();
    let out = host.pontoon(&["capture", "lo", "-c", "2", "--", "ping", "-i", "0.2", "127.0.0.1"]).run();
    assert!(out.status == 0 && out.stderr.contains("\n2 packets captured\n"), "{out}");
    let out = host.pontoon(&["capture", "lo", "--for", "1", "--", "sleep", "1000"]).run();
    assert_eq!(out.status, 0, "{out}");
    // One that ends by itself is whose status counts.
    assert_eq!(host.pontoon(&["capture", "lo", "--", "sh", "-c", "exit 7"]).run().status, 7);
    assert_eq!(host.pontoon(&["capture", "lo", "--", "sh", "-c", "kill -KILL $$"]).run().status, 137);
    finish(host);
}

#[test]
fn what_a_command_says_is_not_among_the_packets_of_a_pipe() {
    let host = pair();
    let script = format!(
        "{} capture lo -w - -- sh -c 'echo words; ping -c 1 127.0.0.1' | tcpdump -nr - 2>&1 | grep -c ICMP",
        host.pontoon_path().display()
    );
    let out = host.sh(&script).ok();
    assert_eq!(out.line(), "2", "{out}");
    assert!(out.stderr.contains("words\n") && out.stderr.contains("1 received"), "{out}");
    finish(host);
}
