//! A container's /etc/resolv.conf (resolv.conf(5)), made from the host's, its network's and its flags.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// How many name servers the C library asks: further ones are never reached.
const SERVERS: usize = 3;

/// Where systemd-resolved listens.
pub const STUB: &str = "127.0.0.53";

/// What such a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResolvConf {
    /// Who is asked, in this order: addresses, as they were written.
    pub nameservers: Vec<String>,
    /// What is appended to names.
    pub search: Vec<String>,
    /// How they are asked.
    pub options: Vec<String>,
}

/// `--dns`, `--dns-search` and `--dns-option`, each as often as it was given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flags {
    /// Instead of the host's name servers; where the network has a name server, that one asks them.
    pub servers: Vec<IpAddr>,
    /// Instead of the host's search domains; a single `.` for none.
    pub search: Vec<String>,
    /// Instead of the host's options.
    pub options: Vec<String>,
}

/// Whom the container can reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach<'a> {
    /// All that the host reaches: its own network.
    Host,
    /// What is not on the host's loopback.
    Outside,
    /// The name servers of networks that users made: their gateways, those of internal networks last.
    Names(&'a [IpAddr]),
}

impl ResolvConf {
    /// Reads a file. Of several lines with search domains the last one counts, and what is not understood is left out.
    pub fn parse(text: &str) -> Self {
        let mut read = Self::default();
        for line in text.lines() {
            let mut words = line.split([' ', '\t']).filter(|word| !word.is_empty());
            let owned = |words: &mut dyn Iterator<Item = &str>| words.map(str::to_owned).collect::<Vec<_>>();
            match words.next() {
                Some("nameserver") => read.nameservers.extend(words.next().map(str::to_owned)),
                Some("search" | "domain") => read.search = owned(&mut words),
                Some("options") => read.options.append(&mut owned(&mut words)),
                _ => {}
            }
        }
        read
    }

    /// The host's, by whom a container can reach: where that is systemd-resolved alone, which listens on the loopback,
    /// the servers behind it (`resolved`, its file of them), as docker does.
    #[must_use]
    pub fn of_host(text: &str, resolved: &str, reach: &Reach<'_>) -> Self {
        let own = Self::parse(text);
        let stub = !own.nameservers.is_empty() && own.nameservers.iter().all(|server| server == STUB);
        if *reach == Reach::Outside && stub && !resolved.is_empty() { Self::parse(resolved) } else { own }
    }

    /// The container's, from the host's.
    ///
    /// As docker makes it, but for one thing: on networks where containers have names the host's search domains are
    /// not taken over. With them, a resolver that finds no container `db` goes on to ask for `db.corp.example`, so that
    /// the name leaves the machine and the answer is a stranger's (CVE-2025-8283). `--dns-search` brings back what is
    /// wanted; even then, no container's name is asked for with it.
    #[must_use]
    pub fn compose(host: &Self, reach: &Reach<'_>, flags: &Flags) -> Self {
        let given = |list: &[IpAddr]| list.iter().map(IpAddr::to_string).collect();
        let named = matches!(reach, Reach::Names(_));
        let nameservers: Vec<String> = match reach {
            Reach::Names(gateways) => given(&gateways[..gateways.len().min(SERVERS)]),
            _ if !flags.servers.is_empty() => given(&flags.servers),
            Reach::Host => host.nameservers.clone(),
            Reach::Outside => host.nameservers.iter().filter(|server| !is_local(server)).cloned().collect(),
        };
        let search = match &flags.search[..] {
            // Were there none, the domain of the container's own hostname would be it.
            [] if named => vec![".".to_owned()],
            [none] if none == "." && named => vec![".".to_owned()],
            [] => host.search.clone(),
            [none] if none == "." => Vec::new(),
            search => search.iter().filter(|domain| *domain != ".").cloned().collect(),
        };
        let mut options = if flags.options.is_empty() { host.options.clone() } else { flags.options.clone() };
        let says_dots = |options: &[String]| options.iter().any(|option| option.starts_with("ndots:"));
        if named {
            if flags.options.is_empty() {
                options.retain(|option| !option.starts_with("ndots:"));
            }
            if !says_dots(&options) {
                // A container's name is tried as it is before anything is appended.
                options.push("ndots:0".to_owned());
            }
        }
        Self { nameservers, search, options }
    }
}

/// The text of a container's file: of one on the host's network (`on_host`), or by the `gateways` where it has names.
/// `host` are the host's resolv.conf and systemd-resolved's list of servers.
pub fn resolv_conf(host: &(String, String), on_host: bool, gateways: &[IpAddr], flags: &Flags) -> String {
    let reach = match gateways {
        _ if on_host => Reach::Host,
        [] => Reach::Outside,
        gateways => Reach::Names(gateways),
    };
    let host = ResolvConf::of_host(&host.0, &host.1, &reach);
    ResolvConf::compose(&host, &reach, flags).to_string()
}

impl fmt::Display for ResolvConf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for server in &self.nameservers {
            writeln!(f, "nameserver {server}")?;
        }
        for (word, list) in [("search", &self.search), ("options", &self.options)] {
            if !list.is_empty() {
                writeln!(f, "{word} {}", list.join(" "))?;
            }
        }
        Ok(())
    }
}

/// Whether a name server is out of reach from another network namespace than the host's.
fn is_local(server: &str) -> bool {
    server.parse::<IpAddr>().is_ok_and(|address| address.is_loopback() || address.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "# made by hand\nnameserver 127.0.0.53\nnameserver  192.0.2.1\nnameserver ::1\n\
                        domain old.example\nsearch corp.example lab.example\noptions edns0 ndots:2\noptions trust-ad\n";

    fn composed(reach: &Reach<'_>, flags: &Flags) -> String {
        ResolvConf::compose(&ResolvConf::parse(HOST), reach, flags).to_string()
    }

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn without_names_it_is_the_hosts_but_for_what_is_out_of_reach() {
        let none = Flags::default();
        let rest = "search corp.example lab.example\noptions edns0 ndots:2 trust-ad\n";
        assert_eq!(composed(&Reach::Outside, &none), format!("nameserver 192.0.2.1\n{rest}"));
        let all = "nameserver 127.0.0.53\nnameserver 192.0.2.1\nnameserver ::1\n";
        assert_eq!(composed(&Reach::Host, &none), format!("{all}{rest}"));
    }

    #[test]
    fn behind_systemd_resolved_are_the_servers_that_it_asks() {
        let of_host = |text, reach| ResolvConf::of_host(text, "nameserver 192.0.2.9\n", &reach).nameservers;
        let stub = "nameserver 127.0.0.53\noptions edns0\n";
        assert_eq!(of_host(stub, Reach::Outside), ["192.0.2.9"]);
        assert_eq!(of_host(stub, Reach::Host), [STUB]);
        assert_eq!(of_host("nameserver 192.0.2.1\n", Reach::Outside), ["192.0.2.1"]);
        assert_eq!(ResolvConf::of_host(stub, "", &Reach::Outside).nameservers, [STUB]);
    }

    #[test]
    fn a_flag_replaces_what_it_names() {
        let servers =
            vec!["127.0.0.1".parse().expect("an address"), "2001:db8::1".parse().expect("an address")];
        let search = words(&["one.example", "two.example"]);
        let flags = Flags { servers, search, options: words(&["timeout:1"]) };
        assert_eq!(
            composed(&Reach::Outside, &flags),
            "nameserver 127.0.0.1\nnameserver 2001:db8::1\nsearch one.example two.example\noptions timeout:1\n"
        );
        let flags = Flags { search: words(&["."]), ..Flags::default() };
        assert!(!composed(&Reach::Outside, &flags).contains("search"));
    }

    #[test]
    fn with_names_the_gateway_is_asked_and_nothing_is_appended() {
        let gateways: Vec<IpAddr> = ["10.1.0.1", "fd01::1", "10.2.0.1", "10.3.0.1"]
            .iter()
            .map(|address| address.parse().expect("an address"))
            .collect();
        let reach = Reach::Names(&gateways);
        let servers = "nameserver 10.1.0.1\nnameserver fd01::1\nnameserver 10.2.0.1\n";
        assert_eq!(
            composed(&reach, &Flags::default()),
            format!("{servers}search .\noptions edns0 trust-ad ndots:0\n")
        );
        let flags = Flags {
            servers: vec!["198.51.100.1".parse().expect("an address")],
            search: words(&["lab.example"]),
            options: words(&["ndots:1"]),
        };
        assert_eq!(
            composed(&reach, &flags),
            format!("{servers}search lab.example\noptions ndots:1\n"),
            "--dns is for the name server to ask"
        );
    }
}
