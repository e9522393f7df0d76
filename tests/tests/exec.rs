//! `pontoon exec`: another program in a running container.

use pontoon_tests::Host;

#[test]
fn it_ends_as_its_program_does() {
    let host = Host::new();
    let container = host.start("c1", &["--net=none"], &host.bundle(), "");
    assert_eq!(container.exec("echo hello").stdout, "hello\n");
    host.pontoon(&["exec", "c1", "sh", "-c", "exit 7"]).fails(7);
    host.pontoon(&["exec", "c1", "sh", "-c", "kill -9 $$"]).fails(128 + 9);
    let missing = host.pontoon(&["exec", "c1", "nothing-like-it"]).fails(127);
    assert!(missing.error().contains("nothing-like-it"), "{missing}");
    host.pontoon(&["exec", "c1", "/etc/passwd"]).fails(126);
    container.end();
    host.finish();
}

#[test]
fn it_joins_everything() {
    let host = Host::new();
    let container = host.start("c1", &["--net=none", "-e", "FROM=run"], &host.bundle(), "");
    let list = |who: &str| {
        let script = format!(
            "cd /proc/{who}/ns && for ns in pid mnt net ipc uts cgroup user; do readlink $ns; done
            grep -E '^(Cap|Groups|NoNewPrivs|Seccomp)' /proc/{who}/status; cut -d: -f3 /proc/{who}/cgroup"
        );
        container.exec(&script).stdout
    };
    assert_eq!(list("self"), list("1"));
    assert_eq!(container.exec("echo $FROM").stdout, "run\n");
    assert_eq!(container.exec("ls /proc/self/fd").stdout, "0\n1\n2\n3\n");
    container.end();
    host.finish();
}

#[test]
fn flags_act_as_in_docker() {
    let host = Host::new();
    let container = host.start("c1", &["--net=none"], &host.bundle(), "");
    let flags =
        ["exec", "-e", "A=b", "-w", "/tmp", "-u", "nobody", "c1", "sh", "-c", "echo $A; pwd; id -un; id -gn"];
    assert_eq!(host.pontoon(&flags).ok().stdout, "b\n/tmp\nnobody\nnogroup\n");
    assert_eq!(host.pontoon(&["exec", "-i", "c1", "cat"]).stdin("through").ok().stdout, "through");
    assert_eq!(host.pontoon(&["exec", "c1", "cat"]).stdin("not through").ok().stdout, "");
    host.pontoon(&["exec", "-u", "noone", "c1", "true"]).fails(125);
    container.end();
    host.finish();
}

#[test]
fn it_ends_with_its_container() {
    let host = Host::new();
    let container = host.start("c1", &["--net=none"], &host.bundle(), "");
    let other = host.pontoon(&["exec", "c1", "sh", "-c", "echo up; exec sleep 1000"]).spawn();
    other.wait_for_stdout("up");
    container.end();
    assert_eq!(other.wait().status, 128 + 9);
    host.finish();
}

#[test]
fn a_container_that_has_ended_takes_none() {
    let host = Host::new();
    host.pontoon(&["run", "--net=none", "--name", "c1", host.bundle().path(), "true"]).ok();
    let refused = host.pontoon(&["exec", "c1", "true"]).fails(125);
    assert!(refused.error().contains("stopped"), "{refused}");
    host.pontoon(&["rm", "c1"]).ok();
    host.finish();
}
