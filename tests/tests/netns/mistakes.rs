use pontoon_tests::Host;

use super::alike;

#[test]
fn a_mistake_is_told_in_ips_words_and_with_its_status() {
    let host = Host::new();
    // Before there is any name, not even the directory.
    alike(
        &host,
        &["", "-j", "-j -p", "-all"],
        &["", "list", "identify", "pids x", "exec x true", "list-id", "set x 1"],
    );
    host.sh("ip netns add web && ip netns add two && ip netns set web 7").ok();
    let long = "a".repeat(256);
    alike(
        &host,
        &[""],
        &[
            "add",
            "add web",
            "add a/b",
            "add /a",
            "add ..",
            "add .",
            "add ''",
            &format!("add {long}"),
            &format!("add '{long}' b"),
            "attach",
            "attach x",
            "attach x 0",
            "attach x y",
            "attach x -",
            "attach x 4194305",
            "attach web 1",
            "del",
            "del nope",
            "del a/b",
            "delete ..",
            "set",
            "set web",
            "set web x",
            "set web -1",
            "set web 99999999999",
            "set web 9",
            "set web 7",
            "set web auto",
            "set two 7",
            "set nope 4",
            "set nope auto",
            "identify x",
            "identify 1 2",
            "identify 4194305",
            "identify ''",
            "pids",
            "pids nope",
            "pids web two",
            "exec",
            "exec web",
            "exec nope true",
            "exec web nothing-is-called-so",
            "exec web /tmp",
            "exec web ''",
            "exec a/b true",
            "list a/b",
            "list-id nsid",
            "list-id nsid x",
            "list-id nsid 99",
            "list-id target-nsid",
            "list-id target-nsid y",
            "list-id target-nsid 99",
            "list-id target-nsid 99 nsid 7",
            "list-id nsid 7 nsid 7",
            "list-id target-nsid 7 target-nsid 7",
            "list-id bogus",
            "bogus",
            "bogus /",
            "''",
            "help",
            "h x",
        ],
    );
    // A file that is no namespace.
    host.sh("touch /run/netns/plain").ok();
    alike(&host, &[""], &["set plain 3", "set plain auto", "exec plain true", "attach plain 1"]);
    alike(&host, &["-all"], &["exec", "del x y z/"]);
    host.sh("ip -all netns del").ok();
    host.finish();
}
