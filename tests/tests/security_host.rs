//! What an attacker inside finds of the host: devices, terminals, cgroups, processes, mounts, cards.

use pontoon_tests::{Bundle, Cmd, Host};

/// `pontoon run --rm --net=none FLAGS BUNDLE sh -c SCRIPT`.
fn run<'h>(host: &'h Host, flags: &[&str], bundle: &Bundle, script: &str) -> Cmd<'h> {
    let run = [&["run", "--rm", "--net=none"], flags, &[bundle.path(), "sh", "-c", script]];
    host.pontoon(&run.concat())
}

/// A node of a disk or of the memory can be made, and is of no use: for `run` nor `exec`.
#[test]
fn disks_and_memory_cannot_be_read() {
    let host = Host::new();
    let bundle = host.bundle();
    let script =
        "cd /dev; for node in 'b 8 0' 'b 7 0' 'b 254 0' 'c 1 1' 'c 1 2' 'c 1 4' 'c 10 200' 'c 10 229'; do
        rm -f node; mknod node $node || exit 9; head -c 1 node >/dev/null; echo >node; done 2>&1; true";
    let container = host.start("c1", &["--net=none"], &bundle, "");
    for out in [run(&host, &[], &bundle, script).ok(), container.exec(script)] {
        assert_eq!(out.stdout.matches("Operation not permitted").count(), 16, "{out}");
    }
    container.end();
    host.finish();
}

/// CVE-2022-0492: cgroup v1 runs a program of the container's choice on the host, where `release_agent` can be
/// written. It can't be seen, nor mounted, not even from a user namespace of the container's own.
#[test]
fn release_agents_are_out_of_reach() {
    let host = Host::new();
    let bundle = host.bundle();
    let script = "find / -xdev -name release_agent; find /sys/fs/cgroup -name release_agent
        mkdir /tmp/c; for kind in 'cgroup -o rdma' 'cgroup -o memory' 'cgroup -o none,name=x' cgroup2; do
            mount -t $kind none /tmp/c && echo mounted $kind
            unshare -Urm mount -t $kind none /tmp/c && echo mounted $kind from a user namespace
        done
        for dir in /sys/fs/cgroup /sys/fs/cgroup/*; do mkdir $dir/new && echo made $dir/new; done; true";
    let container = host.start("c1", &["--net=none"], &bundle, "");
    for out in [run(&host, &[], &bundle, script).ok(), container.exec(script)] {
        assert_eq!(out.stdout, "", "{out}");
    }
    container.end();
    host.finish();
}

/// CVE-2017-5226: a program typed into the terminal that Pontoon was started on. It is in a session of its own,
/// where that terminal is nobody's.
#[test]
fn the_callers_terminal_cannot_be_typed_into() {
    let host = Host::new();
    let bundle = host.bundle();
    bundle.let_in_intruder();
    let container = host.start("c1", &["--net=none"], &bundle, "");
    let run = ["run", "--rm", "--net=none", "-i", bundle.path(), "/intruder", "push"];
    for args in [&run[..], &["exec", "-i", "c1", "/intruder", "push"]] {
        let out = host.pontoon(args).at_terminal().wait();
        assert_eq!(out.stdout.matches("not pushed").count(), 2, "{out}");
    }
    let tty = ["run", "--rm", "--net=none", "-i", bundle.path(), "sh", "-c", ": </dev/tty; : <>/dev/tty"];
    let out = host.pontoon(&tty).at_terminal().wait();
    assert!(out.stdout.contains("No such device or address"), "it has a terminal: {out}");
    container.end();
    host.finish();
}

/// CVE-2025-52565: the terminal that is shown as `/dev/console`, and the devpts it comes from, were what a link
/// made of them.
#[test]
fn the_console_is_the_terminal() {
    let host = Host::new();
    let target = host.dir().join("target");
    std::fs::write(&target, "of the host").unwrap();
    for name in ["console", "pts", "ptmx"] {
        let bundle = host.bundle();
        let place = bundle.rootfs().join("dev").join(name);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        let _ = std::fs::remove_dir(&place);
        std::os::unix::fs::symlink(&target, &place).unwrap();
        let script = "test $(stat -c %t:%T /dev/console) = $(stat -Lc %t:%T /proc/self/fd/0) && echo sa''me; echo typed >/dev/console";
        let args = ["run", "--rm", "--net=none", "-t", "-i", bundle.path(), "sh", "-c", script];
        // With a fresh /dev the link is not there; without, it is refused, whichever is met first.
        let out = host.pontoon(&args).at_terminal().wait();
        assert!(out.status == 0 && out.stdout.contains("same"), "{name}: {out}");
        bundle.config(|config| {
            let mounts = config["mounts"].as_array_mut().unwrap();
            mounts
                .retain(|mount| mount["type"] == "proc" || (name == "console" && mount["type"] == "devpts"));
        });
        let out = host.pontoon(&args).at_terminal().wait();
        assert!(out.status == 125 && !out.stdout.contains("same"), "{name}: {out}");
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "of the host");
    }
    host.finish();
}

/// Neither processes, mounts, links nor IPC of the host's can be seen.
#[test]
fn the_host_is_out_of_sight() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    host.sh("mkdir /run/secret && mount -t tmpfs secret /run/secret && ip link add secret type bridge").ok();
    let bystander = host.sh("exec sleep 1000").spawn();
    let script = "cat /proc/[0-9]*/cmdline; cat /proc/self/mountinfo; ip link; cat /proc/net/dev; ls -R /sys/class/net";
    for net in ["--net=none", "--net=bridge"] {
        let container = host.start("c1", &[net], &bundle, "");
        let seen = container.exec(script);
        assert!(seen.stdout.contains("lo") && !seen.stdout.contains("secret"), "{seen}");
        assert!(!seen.stdout.contains("test-init"), "{seen}");
        let processes = container.exec("ls /proc | grep -c '^[0-9]*$'");
        assert!(processes.line().parse::<u32>().unwrap() <= 5, "{processes}");
        container.end();
    }
    drop(bystander);
    host.sh("umount /run/secret && rmdir /run/secret && ip link del secret").ok();
    host.finish();
}

/// CVE-2024-32473: IPv6 lived on a network that has none.
#[test]
fn a_card_has_no_address_nobody_gave() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    let script = "cat /proc/net/if_inet6; ip -6 addr show dev eth0; ip -6 route show dev eth0";
    let container = host.start("c1", &["--net=bridge"], &bundle, "");
    let late = host.start("c2", &["--net=none"], &bundle, "");
    host.pontoon(&["network", "connect", "bridge:rate-up=1gbit", "c2"]).ok();
    for seen in [container.exec(script), late.exec(script)] {
        let others: Vec<_> = seen.stdout.lines().filter(|line| !line.ends_with(" lo")).collect();
        assert!(others.is_empty(), "{seen}");
    }
    // Nor has the host's end of a card, by which the host would send as soon as that is up; nor what limits one.
    let up = "[ $(ip -o link show type veth | grep -c 'state UP') = 2 ]";
    host.wait_for("ends that are up", || host.sh(up).run().status == 0);
    assert_eq!(host.sh("ip -6 -o addr | grep -v ' lo '; true").ok().stdout, "");
    let sent = host.sh("grep Ip6OutRequests /proc/net/dev_snmp6/veth* /proc/net/dev_snmp6/ifb*").ok().stdout;
    assert!(sent.lines().count() == 3 && sent.lines().all(|line| line.ends_with("\t0")), "{sent}");
    // CVE-2020-13401: nor does the host listen on the bridge to whoever calls itself a router.
    let bridge = host
        .sh("ip -6 addr show dev pontoon0; ip -6 route show dev pontoon0; ip -o link | grep -c veth")
        .run();
    assert!(!bridge.stdout.contains("inet6"), "{bridge}");
    assert_eq!(host.sh("cat /proc/sys/net/ipv6/conf/pontoon0/disable_ipv6").ok().line(), "1");
    container.end();
    late.end();
    host.finish();
}
