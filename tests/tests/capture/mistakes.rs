use super::{capture, end, finish, pair};

#[test]
fn what_is_not_there_is_told_before_anything_is_made() {
    let host = pair();
    let ten = "pontoon: capture: ";
    for (words, told) in [
        (
            &["nobody"][..],
            r#""nobody" is no network device here, no running container, no other network namespace"#,
        ),
        (
            &["lo", "nobody"],
            r#""nobody" is no network device here, no running container, no other network namespace"#,
        ),
        (&["there:d9"], "there:d9: no such device in there"),
        (
            &["--in", "there", "d0"],
            r#""d0" is no network device here, no running container, no other network namespace"#,
        ),
        (&["lo", "--filter", "port and"], "--filter: can't parse filter expression: syntax error"),
        (&["lo", "--filter", "host nobody.invalid."], "--filter: unknown host 'nobody.invalid.'"),
        (
            &["--netlink", "--filter", "arp"],
            "--filter is for packets: the filter library knows no netlink messages",
        ),
        (&["--netlink", "there:d1"], "--netlink is of a namespace as a whole: name no device"),
    ] {
        let out = host.pontoon(&[&["capture", "-w", "made"], words].concat()).fails(125);
        assert_eq!(out.stderr.lines().last(), Some(format!("{ten}{told}").as_str()), "{out}");
        assert!(!host.dir().join("made").exists(), "{words:?}");
    }
    let elsewhere = host.pontoon(&["capture", "nobody:lo"]).fails(125);
    assert!(elsewhere.error().contains("nobody"), "{elsewhere}");
    for words in [&["lo", "-c", "0"][..], &["lo", "-s", "300000"], &["lo", "--for", "0"]] {
        host.pontoon(&[&["capture"], words].concat()).fails(125);
    }
    let out = host.pontoon(&["capture", "lo", "-w", "no/such/directory"]).fails(125);
    assert!(
        out.error().contains("write no/such/directory: ") && out.error().contains("No such file"),
        "{out}"
    );
    finish(host);
}

#[test]
fn it_takes_a_right() {
    let host = pair();
    let pontoon = host.pontoon_path().display().to_string();
    let rights = "setpriv --inh-caps=-all --bounding-set=-net_raw";
    let out = host.sh(&format!("{rights} {pontoon} capture lo")).fails(125);
    let said = out.error();
    assert!(
        said.contains("Operation not permitted") && said.ends_with("CAP_NET_RAW in that network namespace"),
        "{out}"
    );
    finish(host);
}

#[test]
fn a_rehearsal_tells_each_step_and_takes_none() {
    let host = pair();
    let words = ["--dry-run", "capture", "d0", "there:d1", "-w", "made", "--filter", "icmp"];
    let out = host.pontoon(&words).ok();
    for step in [
        "socket(AF_PACKET, SOCK_RAW|",
        "SO_ATTACH_FILTER, ",
        "tcpdump -d \"icmp\"",
        "PACKET_MR_PROMISC, d0)",
        "bind(",
        "ETH_P_ALL, d1)",
        "nsenter --net=/run/netns/there",
        "O_TRUNC",
    ] {
        assert!(out.stdout.contains(step), "{step}: {out}");
    }
    assert!(!host.dir().join("made").exists());
    finish(host);
}

#[test]
fn a_device_takes_what_is_for_others_unless_it_is_told_not_to() {
    let host = pair();
    let is_promiscuous = || host.sh("ip -d link show d0").ok().stdout.contains("promiscuity 1");
    let all = capture(&host, &["d0"]);
    assert!(is_promiscuous());
    end(all);
    assert!(!is_promiscuous());
    let own = capture(&host, &["d0", "-p"]);
    assert!(!is_promiscuous());
    end(own);
    finish(host);
}
