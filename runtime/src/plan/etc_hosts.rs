//! A container's /etc/hosts (hosts(5)): the local names (on the host's network, the host's), those of `--add-host`, and its
//! own.

use std::net::IpAddr;

use serde::Serialize;

/// What /etc/hosts begins with.
pub const LOCAL: &str = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n\
                         fe00::0\tip6-localnet\nff00::0\tip6-mcastprefix\n\
                         ff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n";

/// One `--add-host NAME:ADDRESS`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AddHost {
    /// The name.
    pub name: String,
    /// Its address.
    pub address: HostAddress,
}

/// What a name is added for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum HostAddress {
    /// This address.
    At(IpAddr),
    /// The host, by which of its addresses the container reaches it: `host-gateway`.
    Gateway,
}

impl std::str::FromStr for AddHost {
    type Err = String;

    /// As docker reads it: `NAME:ADDRESS` or `NAME=ADDRESS`, an IPv6 address with brackets or without.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |problem: &str| format!("--add-host {text}: {problem}");
        let parts = text.split_once('=').or_else(|| text.split_once(':'));
        let (name, address) = parts.ok_or_else(|| wrong("not NAME:ADDRESS"))?;
        if name.is_empty()
            || name.contains(|byte: char| byte.is_whitespace() || byte == '#' || byte.is_control())
        {
            return Err(wrong("not a name"));
        }
        let bare = address.strip_prefix('[').and_then(|address| address.strip_suffix(']')).unwrap_or(address);
        let address = match bare {
            "host-gateway" => HostAddress::Gateway,
            _ => HostAddress::At(bare.parse().map_err(|_| wrong(&format!("{address:?} is not an address")))?),
        };
        Ok(Self { name: name.to_owned(), address })
    }
}

/// The file: it begins with `base`; `own` are the container's addresses, each with its names; `gateways` are the host's
/// addresses that `host-gateway` stands for.
///
/// # Errors
/// A name is to be the host's, which the container can't reach.
pub fn compose(
    base: &str,
    added: &[AddHost],
    gateways: &[IpAddr],
    own: &[(IpAddr, &str)],
) -> Result<String, String> {
    let mut text = base.to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for AddHost { name, address } in added {
        match address {
            HostAddress::At(address) => text += &line(*address, name),
            HostAddress::Gateway if gateways.is_empty() => {
                return Err(format!(
                    "--add-host {name}:host-gateway: none of the container's networks has a gateway"
                ));
            }
            HostAddress::Gateway => gateways.iter().for_each(|gateway| text += &line(*gateway, name)),
        }
    }
    for (address, names) in own {
        text += &line(*address, names);
    }
    Ok(text)
}

/// One line.
pub fn line(address: IpAddr, names: &str) -> String {
    format!("{address}\t{names}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn added(list: &[&str]) -> Vec<AddHost> {
        list.iter().map(|text| text.parse().expect("a name and an address")).collect()
    }

    #[test]
    fn names_are_added_between_the_local_ones_and_its_own() {
        let added = added(&["db:192.0.2.7", "six:2001:db8::7", "seven=[2001:db8::8]", "up:host-gateway"]);
        let gateways = [address("10.1.0.1"), address("fd01::1")];
        let own = [(address("10.1.0.2"), "web"), (address("fd01::2"), "web")];
        let text = compose(LOCAL, &added, &gateways, &own).expect("a file");
        let rest = "192.0.2.7\tdb\n2001:db8::7\tsix\n2001:db8::8\tseven\n10.1.0.1\tup\nfd01::1\tup\n\
                    10.1.0.2\tweb\nfd01::2\tweb\n";
        assert_eq!(text, format!("{LOCAL}{rest}"));
        let unended = compose("10.9.9.9 host", &added[..1], &[], &[]).expect("a file");
        assert_eq!(unended, "10.9.9.9 host\n192.0.2.7\tdb\n");
    }

    #[test]
    fn what_is_no_line_is_refused() {
        for text in
            ["db", "db:", "db:1.2.3", ":1.2.3.4", "a b:1.2.3.4", "a\n9.9.9.9 bank:1.2.3.4", "a#:1.2.3.4"]
        {
            let refused = text.parse::<AddHost>().expect_err(text);
            assert!(refused.starts_with("--add-host "), "{refused}");
        }
        let refused = compose(LOCAL, &added(&["up:host-gateway"]), &[], &[]).expect_err("no gateway");
        assert!(refused.contains("none of the container's networks has a gateway"), "{refused}");
    }
}
