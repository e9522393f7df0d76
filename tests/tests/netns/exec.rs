use pontoon_tests::Host;

use super::alike;

#[test]
fn a_program_sees_the_namespace_and_the_files_that_are_its_own() {
    let host = Host::new();
    host.sh("ip netns add blue && ip netns add red && ip -n blue link add only0 type veth peer only1 &&
         mkdir -p /etc/netns/blue && echo 'nameserver 192.0.2.53' >/etc/netns/blue/resolv.conf")
        .ok();
    alike(
        &host,
        &[""],
        &[
            "exec blue ip -br link",
            "exec blue ls /sys/class/net",
            "exec red ls /sys/class/net",
            "exec blue cat /etc/resolv.conf",
            "exec red cat /etc/resolv.conf",
            "exec blue sh -c 'exit 7'",
            "exec blue sh -c 'kill -9 $$'",
            "exec blue sh -c 'kill -PIPE $$; echo not reached'",
            "exec blue readlink /proc/self/ns/net",
            "e blue echo -a -l -all --json -j",
            "exec blue ls /sys/fs",
        ],
    );
    // What is mounted there stays there.
    let mounts = "awk '{ print $5 }' /proc/self/mountinfo | sort";
    let before = host.sh(mounts).ok().stdout;
    host.pontoon(&[
        "netns",
        "exec",
        "blue",
        "sh",
        "-c",
        "mount -t tmpfs none /mnt && grep -q /mnt /proc/mounts",
    ])
    .ok();
    assert_eq!(host.sh(mounts).ok().stdout, before);
    let input = host.pontoon(&["netns", "exec", "blue", "cat"]).stdin("through\n").ok();
    assert_eq!(input.stdout, "through\n");
    // A file of which there is none in /etc is told, and the program runs.
    host.sh("touch /etc/netns/blue/nothing-is-called-so").ok();
    alike(&host, &[""], &["exec blue echo all the same"]);
    host.sh("rm -r /etc/netns; ip -all netns del").ok();
    host.finish();
}

#[test]
fn a_program_runs_in_all_of_them() {
    let host = Host::new();
    host.sh("ip netns add blue && ip netns add red && ip -n red link add only0 type veth peer only1").ok();
    alike(
        &host,
        &["-all", "-a"],
        &[
            "exec ip -br link show type veth",
            "exec sh -c 'echo $0; exit 3'",
            "exec nothing-is-called-so",
            "e echo -l",
        ],
    );
    let behind = host.pontoon(&["netns", "exec", "-all", "true"]).ok().stdout;
    assert_eq!(behind, host.sh("ip -all netns exec true").ok().stdout);
    // One that is no namespace does not keep the others.
    host.sh("touch /run/netns/plain").ok();
    let out = host.pontoon(&["netns", "-all", "exec", "echo", "hi"]).ok();
    assert_eq!(out.stdout.matches("hi\n").count(), 2, "{out}");
    assert!(out.stderr.contains("setting the network namespace \"plain\" failed: Invalid argument"), "{out}");
    host.sh("pontoon netns -all del && test -z \"$(ls /run/netns)\"").ok();
    host.finish();
}
