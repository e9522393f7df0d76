//! `pontoon route` and `pontoon neigh` beside `ip`, on the same objects.

mod neigh;
mod route;

use pontoon_tests::Host;

/// A host with two devices, `d0` and `d1`, tied to each other, of which `d0` has addresses.
fn host() -> Host {
    let host = Host::new();
    host.sh("ip link add d0 type veth peer d1 && ip link set d0 up && ip link set d1 up && \
         ip addr add 10.9.0.1/24 dev d0 && ip -6 addr add 2001:db8:77::1/64 dev d0 nodad")
        .ok();
    host
}

/// Takes the devices away, and looks for what else is left.
fn finish(host: Host) {
    host.sh("ip link del d0").ok();
    host.finish();
}

/// What a tool said of a line: its output, its complaint without who says it, its exit status.
type Said = (String, String, i32);

/// What `ip` says of `flags object words`, and what Pontoon does.
fn both(host: &Host, object: &str, flags: &str, words: &str) -> [Said; 2] {
    let list = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (flags, words) = (list(flags), list(words));
    let ip = [&flags[..], &[object.to_owned()], &words].concat();
    let pontoon = [&[object.to_owned()], &flags[..], &words].concat();
    let str = |words: &[String]| words.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let ip = host.sh(&format!("ip {}", str(&ip))).run();
    let pontoon = host.sh(&format!("{} {}", host.pontoon_path().display(), str(&pontoon))).run();
    [ip, pontoon].map(|out| {
        let complaint = out.stderr.lines().filter(|line| !line.is_empty());
        let complaint =
            complaint.map(|line| line.trim_start_matches("pontoon: ").trim_start_matches("Error: "));
        (out.stdout.clone(), complaint.collect::<Vec<_>>().join("\n"), out.status)
    })
}

/// Compares each line, with each of the flags.
#[track_caller]
fn alike(host: &Host, object: &str, flags: &[&str], lines: &[&str]) {
    for flags in flags {
        for line in lines {
            let [ip, pontoon] = both(host, object, flags, line);
            assert_eq!(pontoon, ip, "{object} {flags} {line}");
        }
    }
}
