//! Published ports, as those meet them who come from outside, from the host, and from containers.

mod changes;
mod claims;
mod reach;

use pontoon_tests::{Bundle, Container, Host};

/// A host with the neighbours `out` and `far`, and these networks: `blue --ipv6 --subnet 10.101.0.0/24`.
fn host(networks: &[&str]) -> Host {
    let host = Host::new();
    host.neighbours();
    for network in networks {
        create(&host, network);
    }
    host
}

fn create(host: &Host, network: &str) {
    let words: Vec<&str> = network.split_whitespace().collect();
    host.pontoon(&[&["network", "create"], &words[..]].concat()).ok();
}

/// Ends it, with its networks.
fn finish(host: Host) {
    host.sh("pontoon network prune -f").ok();
    host.no_neighbours();
    host.finish();
}

/// Starts a container with these flags, that sleeps.
fn start<'h>(host: &'h Host, name: &str, flags: &str, bundle: &Bundle) -> Container<'h> {
    let flags: Vec<&str> = flags.split_whitespace().collect();
    host.start(name, &flags, bundle, "")
}

/// What `run` with these flags is refused with.
#[track_caller]
fn refused(host: &Host, flags: &str) -> String {
    let bundle = host.bundle();
    let flags: Vec<&str> = flags.split_whitespace().collect();
    let run = [&["run", "--rm"], &flags[..], &[bundle.path(), "true"]].concat();
    host.pontoon(&run).fails(125).error().trim_start_matches("pontoon: ").to_owned()
}

/// The first address of a container in a family.
fn address(host: &Host, name: &str, key: &str) -> String {
    let shown = host.pontoon(&["inspect", name]).ok().json();
    shown[0]["networks"][0][key].as_str().expect("an address").to_owned()
}
