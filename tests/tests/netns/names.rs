use pontoon_tests::Host;

use super::{alike, both, names};

#[test]
fn each_sees_what_the_other_named() {
    let host = Host::new();
    host.pontoon(&["netns", "add", "blue"]).ok();
    host.sh("ip netns add red").ok();
    host.pontoon(&["netns", "a", "a name"]).ok();
    assert_eq!(host.sh("ip netns list").ok().stdout, host.pontoon(&["netns"]).ok().stdout);
    host.sh("ip netns exec blue ip link set lo up && ip -n red link add v0 type veth peer v1 netns blue")
        .ok();
    let flags = ["", "-j", "-j -p"];
    let shown = ["", "list", "show", "lst", "l", "s", "list x", "list-id", "list-i"];
    alike(&host, &flags, &shown);
    for words in ["set blue 0x10", "set red auto"] {
        let words: Vec<&str> = words.split(' ').collect();
        host.pontoon(&[&["netns"], &words[..]].concat()).ok();
    }
    host.sh("ip -n blue netns set red 33 && ip -n red netns set red 44").ok();
    alike(&host, &flags, &shown);
    alike(
        &host,
        &flags,
        &[
            "list-id nsid 16",
            "list-id target-nsid 16",
            "list-id target-nsid 16 nsid 0",
            "list-id nsid 16 target-nsid 0x10",
            "list-id target-nsid 0 nsid 16",
            "list-id target-nsid 0",
        ],
    );
    // As another namespace sees it, there by `ip -n`, here by `--in`.
    let seen = host.sh("ip -n blue netns list").ok().stdout;
    assert_eq!(host.pontoon(&["netns", "--in", "blue", "list"]).ok().stdout, seen);
    assert!(seen.contains("red (id: 33)"), "{seen}");
    // What each takes away is gone for the other.
    host.pontoon(&["netns", "delete", "red"]).ok();
    assert_eq!(host.sh("ip netns exec red true").run().status, 255);
    host.sh("ip netns del blue").ok();
    assert_eq!(host.pontoon(&["netns", "list"]).ok().stdout, "a name\n");
    host.pontoon(&["netns", "-all", "del"]).ok();
    assert_eq!(names(&host), [""; 0]);
    host.finish();
}

#[test]
fn a_name_is_made_as_ip_makes_it() {
    let host = Host::new();
    host.pontoon(&["netns", "add", "ours"]).ok();
    host.sh("ip netns add theirs").ok();
    // The kind of mount, whether it is shared, and what it lies on.
    let about = |name: &str| {
        let script = format!(
            "stat -c '%F %a %U' /run/netns /run/netns/{name}; stat -f -c %T /run/netns/{name}
             awk '$5 == \"/run/netns/{name}\" {{ print $6, $7 ~ /^shared:/, $9 }}' /proc/self/mountinfo
             umount /run/netns/{name}; stat -c '%F %a %U' /run/netns/{name}; rm /run/netns/{name}"
        );
        host.sh(&script).ok().stdout
    };
    assert_eq!(about("ours"), about("theirs"));
    // Mounted on itself once, and shared, by whoever came first.
    let mounts = "grep -c ' /run/netns .* shared:' /proc/self/mountinfo";
    assert_eq!(host.sh(mounts).ok().stdout, "1\n");
    // A name taken away in another mount namespace is gone here, and does not hold the namespace.
    host.pontoon(&["netns", "add", "far"]).ok();
    host.sh("unshare --mount --propagation unchanged pontoon netns del far").ok();
    assert_eq!(host.sh("grep -c far /proc/self/mountinfo; ls /run/netns").run().stdout, "0\n");
    host.finish();
}

#[test]
fn many_at_once_make_one_mount_and_each_its_name() {
    let host = Host::new();
    host.sh("for n in 1 2 3 4 5 6 7 8; do pontoon netns add n$n & ip netns add i$n & done; wait").ok();
    assert_eq!(names(&host).len(), 16);
    assert_eq!(host.sh("grep -c ' /run/netns .* shared:' /proc/self/mountinfo").ok().stdout, "1\n");
    // Of many who want one name, one gets it.
    let race = "for n in 1 2 3 4 5 6; do pontoon netns add one 2>/dev/null && echo got it & done; wait";
    assert_eq!(host.sh(race).run().stdout, "got it\n");
    host.pontoon(&["netns", "delete", "-all"]).ok();
    assert_eq!(names(&host), [""; 0]);
    host.finish();
}

#[test]
fn processes_are_found_by_the_name_and_names_by_the_process() {
    let host = Host::new();
    host.sh("ip netns add blue").ok();
    let sleeper = host.sh("exec ip netns exec blue sleep 1000").spawn();
    host.wait_for("the sleeper", || host.sh("ip netns pids blue").ok().stdout.lines().count() == 1);
    let pid = host.sh("ip netns pids blue").ok().line().to_owned();
    host.pontoon(&["netns", "attach", "too", &pid]).ok();
    alike(
        &host,
        &["", "-j"],
        &["pids blue", "pids too", "p blue", &format!("identify {pid}"), "identify 1", "identify", "id 1"],
    );
    assert_eq!(host.pontoon(&["netns", "pids", "blue"]).ok().line(), pid);
    let inside = host.sh("ip netns exec blue pontoon netns identify; pontoon netns --in blue identify").ok();
    assert_eq!(inside.stdout, format!("{0}{0}", host.sh("ip netns exec blue ip netns identify").ok().stdout));
    assert!(["blue\nblue\n", "too\ntoo\n"].contains(&&*inside.stdout), "{inside}");
    drop(sleeper);
    host.sh("ip -all netns del").ok();
    host.finish();
}

#[test]
fn names_are_told_as_they_come_and_go() {
    let host = Host::new();
    let bundle = host.bundle();
    let monitor = host.pontoon(&["netns", "monitor"]).spawn();
    host.wait_for("it to watch", || {
        host.sh("ip netns add probe && ip netns del probe").ok();
        monitor.stdout().contains("delete probe\n")
    });
    let heard = |text: &str| monitor.wait_for_stdout(text);
    host.sh("ip netns add blue").ok();
    heard("add blue\n");
    host.pontoon(&["netns", "del", "blue"]).ok();
    heard("delete blue\n");
    // A container is a name too.
    let web = host.start("web", &["--net=none"], &bundle, "");
    heard("add web\n");
    assert!(!monitor.stdout().contains("delete web\n"));
    web.end();
    heard("delete web\n");
    monitor.signal(nix::sys::signal::Signal::SIGTERM);
    let out = monitor.wait();
    assert!(out.stdout.ends_with("add blue\ndelete blue\nadd web\ndelete web\n"), "{out}");
    host.finish();
}

#[test]
fn steps_are_told_with_their_commands() {
    let host = Host::new();
    let told = |words: &[&str]| host.pontoon(&[&["--explain", "netns"], words].concat()).ok().stderr;
    let add = told(&["add", "blue"]);
    for line in [
        "unshare(CLONE_NEWNET)",
        "$ unshare --net\n",
        "$ mount --make-rshared /run/netns\n",
        "$ mount --bind /proc/self/ns/net /run/netns/blue\n",
        "setns(",
    ] {
        assert!(add.contains(line), "{line} in {add}");
    }
    let set = told(&["set", "blue", "auto"]);
    assert!(set.contains("RTM_NEWNSID") && set.contains("$ ip netns set blue auto\n"), "{set}");
    let exec = told(&["exec", "blue", "true"]);
    for line in
        ["$ nsenter --net=/run/netns/blue", "$ unshare --mount\n", "$ mount -t sysfs blue /sys\n", "execvp("]
    {
        assert!(exec.contains(line), "{line} in {exec}");
    }
    assert!(told(&["del", "blue"]).contains("$ umount -l /run/netns/blue\n"));
    // A rehearsal tells the same and makes nothing.
    let rehearsed = host.pontoon(&["--dry-run", "netns", "add", "green"]).ok().stdout;
    assert!(rehearsed.contains("$ mount --bind /proc/self/ns/net /run/netns/green\n"), "{rehearsed}");
    assert_eq!(both(&host, "", "list")[1], (String::new(), String::new(), 0));
    host.finish();
}
