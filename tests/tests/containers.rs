//! The commands that look at containers and end them: `ps`, `inspect`, `kill`, `stop`, `rm`, `wait`.

use pontoon_tests::{Host, Output};

fn ps(host: &Host, flags: &[&str]) -> Output {
    host.pontoon(&[&["ps"], flags].concat()).ok()
}

#[test]
fn ps_lists_them() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    assert_eq!(ps(&host, &["-q"]).stdout, "");
    let container = host.start("c1", &["--net=bridge"], &bundle, "hostname -i");
    host.pontoon(&["run", "--net=none", "--name", "ended", bundle.path(), "false"]).fails(1);
    let table = ps(&host, &[]);
    assert_eq!(table.stdout.lines().count(), 2, "a head and a container: {table}");
    assert!(table.stdout.contains("c1") && table.stdout.contains(container.said().trim()), "{table}");
    assert_eq!(ps(&host, &["-q"]).stdout.lines().count(), 1);
    assert_eq!(ps(&host, &["-a", "-q"]).stdout.lines().count(), 2);
    let list = ps(&host, &["-a", "--format", "json"]).json();
    let of = |name: &str, field: &str| {
        let all = list.as_array().unwrap();
        all.iter().find(|container| container["name"] == name).unwrap()[field].clone()
    };
    assert_eq!(of("c1", "status"), "running");
    assert_eq!((of("ended", "status"), of("ended", "exitStatus")), ("stopped".into(), 1.into()));
    container.end();
    host.pontoon(&["rm", "ended"]).ok();
    host.finish();
}

#[test]
fn an_id_may_be_short_while_it_is_unique() {
    let host = Host::new();
    let bundle = host.bundle();
    let container = host.start("c1", &["--net=none"], &bundle, "");
    let id = ps(&host, &["-q"]);
    host.pontoon(&["exec", &id.line()[..6], "true"]).ok();
    host.pontoon(&["exec", &id.line()[..1], "true"]).ok();
    // There are sixteen beginnings.
    let mut ids: Vec<String> = Vec::new();
    let twin = loop {
        let out = host.pontoon(&["run", "-d", "--net=none", bundle.path(), "sleep", "1000"]).ok();
        let id = out.line().to_owned();
        let twin = ids.iter().position(|other| other[..1] == id[..1]);
        ids.push(id);
        if let Some(twin) = twin {
            break &ids[twin];
        }
    };
    let unclear = host.pontoon(&["rm", "-f", &twin[..1]]).fails(125);
    let last = ids.last().unwrap();
    assert!(unclear.error().contains(twin.as_str()) && unclear.error().contains(last.as_str()), "{unclear}");
    host.pontoon(&[&["rm", "-f"][..], &ids.iter().map(String::as_str).collect::<Vec<_>>()].concat()).ok();
    container.end();
    host.finish();
}

#[test]
fn an_id_that_was_chosen_is_not_abbreviated() {
    let host = Host::new();
    let bundle = host.bundle();
    let flags = ["run", "--net=none", "-b", bundle.path(), "web-2", "sh", "-c", "echo up; exec sleep 1000"];
    let container = host.pontoon(&flags).spawn();
    container.wait_for_stdout("up");
    let error = host.pontoon(&["kill", "web", "KILL"]).fails(1);
    assert!(error.error().contains("does not exist"), "{error}");
    host.pontoon(&["kill", "web-2", "KILL"]).ok();
    assert_eq!(container.wait().status, 128 + 9);
    host.finish();
}

#[test]
fn inspect_tells_all() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    let container =
        host.start("c1", &["--net=bridge"], &bundle, "hostname -i; cat /sys/class/net/eth0/address");
    let shown = host.pontoon(&["inspect", "c1"]).ok().json();
    let shown = &shown[0];
    let said = container.said();
    let (address, mac) = said.split_once('\n').unwrap();
    assert_eq!(shown["name"], "c1");
    assert_eq!(shown["status"], "running");
    assert_eq!(shown["bundle"], bundle.path());
    assert_eq!(shown["networks"][0]["address"], address.trim());
    assert_eq!(shown["networks"][0]["macAddress"], mac.trim());
    let namespace = format!("readlink /proc/{}/ns/net", shown["pid"]);
    assert_eq!(host.sh(&namespace).ok().stdout, container.exec("readlink /proc/self/ns/net").stdout);
    container.end();
    host.finish();
}

#[test]
fn stop_asks_first() {
    let host = Host::new();
    let bundle = host.bundle();
    let polite = "trap 'exit 3' TERM; echo ready; while :; do sleep 0.01; done";
    let polite =
        host.pontoon(&["run", "--net=none", "--name", "polite", bundle.path(), "sh", "-c", polite]).spawn();
    polite.wait_for_stdout("ready");
    host.pontoon(&["stop", "polite"]).ok();
    assert_eq!(polite.wait().status, 3);
    assert_eq!(host.pontoon(&["wait", "polite"]).ok().stdout, "3\n");
    let deaf = host.pontoon(&["run", "--net=none", "--name", "deaf", bundle.path(), "sleep", "1000"]).spawn();
    host.wait_for("a container", || host.pontoon(&["exec", "deaf", "true"]).run().status == 0);
    host.pontoon(&["stop", "-t", "0", "deaf"]).ok();
    assert_eq!(deaf.wait().status, 128 + 9);
    host.pontoon(&["rm", "polite", "deaf"]).ok();
    host.finish();
}

#[test]
fn kill_sends_any_signal() {
    let host = Host::new();
    let bundle = host.bundle();
    let script =
        "trap 'echo one' USR1; trap 'echo two; exit 0' USR2; echo ready; while :; do sleep 0.01; done";
    let running = host
        .pontoon(&["run", "--rm", "--net=none", "--name", "c1", bundle.path(), "sh", "-c", script])
        .spawn();
    running.wait_for_stdout("ready");
    host.pontoon(&["kill", "-s", "USR1", "c1"]).ok();
    running.wait_for_stdout("one");
    host.pontoon(&["kill", "c1", "SIGUSR2"]).ok();
    assert_eq!(running.wait().stdout, "ready\none\ntwo\n");
    host.finish();
}

#[test]
fn a_running_container_is_not_removed_unless_forced() {
    let host = Host::new();
    let bundle = host.bundle();
    let container = host.start("c1", &["--net=none"], &bundle, "");
    assert!(host.pontoon(&["rm", "c1"]).fails(125).error().contains("running"));
    host.pontoon(&["rm", "-f", "c1"]).ok();
    assert_eq!(ps(&host, &["-a", "-q"]).stdout, "");
    drop(container);
    host.finish();
}
