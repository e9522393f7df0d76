//! Networks as a whole: made, used, shown, changed, removed.

mod change;
mod errors;
mod options;
mod podman;
mod removal;
mod told;
mod use_of;

use pontoon_tests::{Host, Output};
use serde_json::Value;

/// `pontoon network ARGS`, which must succeed.
fn network(host: &Host, args: &[&str]) -> Output {
    host.pontoon(&[&["network"], args].concat()).ok()
}

/// `pontoon network create blue …`, with these words behind.
fn create(host: &Host, words: &str) {
    let words: Vec<&str> = words.split_whitespace().collect();
    network(host, &[&["create"], &words[..]].concat());
}

/// What `network inspect` shows of a network.
fn shown(host: &Host, name: &str) -> Value {
    let out = network(host, &["inspect", "--format", "json", name]);
    let all: Value = serde_json::from_str(&out.stdout).expect("JSON");
    all[0].clone()
}

/// The lines of a script's output in a container that is run with these flags.
fn said(host: &Host, flags: &[&str], script: &str) -> Vec<String> {
    let bundle = host.bundle();
    let run = [&["run", "--rm"], flags, &[bundle.path(), "sh", "-c", script]].concat();
    host.pontoon(&run).ok().stdout.lines().map(str::to_owned).collect()
}

/// Removes networks, and sees that nothing is left of them; the harness looks for devices.
fn remove(host: &Host, names: &[&str]) {
    network(host, &[&["rm"], names].concat());
    for name in names {
        host.sh(&format!("! ls -d /run/pontoon/networks/{name} /etc/pontoon/networks/{name}.json /etc/pontoon/networks/.*.[0-9]*")).ok();
    }
}

const FOUR: &str = "ip -4 -o addr show eth0 | awk '{ print $4 }'";
const SIX: &str = "ip -6 -o addr show eth0 scope global | awk '{ print $4 }'";
