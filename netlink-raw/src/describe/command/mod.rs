//! The command of iproute2 or nftables that sends an equivalent message.
//!
//! Sources: ip-link(8), ip-address(8), ip-route(8), ip-neighbour(8), ip-netns(8), bridge(8), tc(8), and what `ip`
//! was seen to send. The command may send more than the one message: `ip` asks for a link's index first.

mod address;
mod bridge;
mod found;
mod kinds;
mod label;
mod link;
mod neighbour;
mod next_hop;
mod nft;
mod nsid;
mod port;
mod route;
mod rule;
mod tc;
mod tunnel;

use std::fmt::Display;

use super::Names;
use crate::Protocol;
use crate::kernel::{
    AF_INET, AF_INET6, NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, RTM_DELLINKPROP, RTM_GETADDR,
    RTM_GETLINK, RTM_GETNEIGH, RTM_GETNSID, RTM_GETQDISC, RTM_GETROUTE, RTM_GETTFILTER, RTM_NEWADDR,
    RTM_NEWLINK, RTM_NEWLINKPROP, RTM_NEWNEIGH, RTM_NEWNSID, RTM_NEWQDISC, RTM_NEWROUTE, RTM_NEWTFILTER,
    RTM_SETLINK,
};
use crate::kernel::{
    RTM_GETACTION, RTM_GETADDRLABEL, RTM_GETCHAIN, RTM_GETMDB, RTM_GETNEIGHTBL, RTM_GETNETCONF,
    RTM_GETNEXTHOP, RTM_GETRULE, RTM_GETTCLASS, RTM_GETTUNNEL, RTM_GETVLAN, RTM_NEWACTION, RTM_NEWADDRLABEL,
    RTM_NEWCHAIN, RTM_NEWMDB, RTM_NEWNEXTHOP, RTM_NEWRULE, RTM_NEWTCLASS, RTM_NEWTUNNEL, RTM_NEWVLAN,
};
use crate::route::Netns;
use crate::wire::Message;

pub(super) use bridge::MdbEntry;

/// The command for `message`, a request. `None` when there is none, or it is damaged.
pub(super) fn of(protocol: Protocol, message: &Message<'_>, names: &dyn Names) -> Option<String> {
    if protocol == Protocol::Netfilter {
        return nft::command(message, names).map(|words| words.0.join(" "));
    }
    let words = match message.header.kind {
        RTM_NEWLINK..=RTM_GETLINK | RTM_SETLINK | RTM_NEWLINKPROP | RTM_DELLINKPROP => {
            link::command(message, names)
        }
        RTM_NEWADDR..=RTM_GETADDR => address::command(message, names),
        RTM_NEWROUTE..=RTM_GETROUTE => route::command(message, names),
        RTM_NEWNEIGH..=RTM_GETNEIGH => neighbour::command(message, names),
        RTM_NEWQDISC..=RTM_GETQDISC => tc::qdisc(message, names),
        RTM_NEWTFILTER..=RTM_GETTFILTER | RTM_NEWCHAIN..=RTM_GETCHAIN => tc::filter::command(message, names),
        RTM_NEWACTION..=RTM_GETACTION => tc::action::command(message, names),
        RTM_NEWRULE..=RTM_GETRULE => rule::command(message),
        RTM_NEWTCLASS..=RTM_GETTCLASS => tc::class(message, names),
        RTM_NEWNEXTHOP..=RTM_GETNEXTHOP => next_hop::command(message, names),
        RTM_NEWMDB..=RTM_GETMDB => bridge::group(message, names),
        RTM_NEWVLAN..=RTM_GETVLAN => bridge::options(message, names),
        RTM_GETNEIGHTBL => Some(of_family(message, "ntable show")),
        RTM_GETNETCONF => netconf(message, names),
        RTM_NEWADDRLABEL..=RTM_GETADDRLABEL => label::command(message, names),
        RTM_NEWTUNNEL..=RTM_GETTUNNEL => bridge::vni(message, names),
        RTM_NEWNSID..=RTM_GETNSID => nsid::command(message, names),
        _ => None,
    };
    words.map(|words| words.0.join(" "))
}

/// `ip` for the family that is asked for.
fn of_family(message: &Message<'_>, words: &str) -> Words {
    Words::new(&match message.payload.first() {
        Some(&AF_INET) => format!("ip -4 {words}"),
        Some(&AF_INET6) => format!("ip -6 {words}"),
        _ => format!("ip {words}"),
    })
}

fn netconf(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let found = found::Found::of(message.split::<4>("settings").ok()?.1)?;
    let mut words = of_family(message, "netconf show");
    words.some("dev", found.u32(super::tables::NETCONFA_IFINDEX).map(|index| link_name(index, names)));
    Some(words)
}

/// The length of the prefix that a mask leaves.
fn prefix(mask: &[u8]) -> Option<u32> {
    let mut leading = mask.iter().skip_while(|byte| **byte == 0xff);
    let ones: u32 = mask.iter().map(|byte| byte.count_ones()).sum();
    let partial = leading.next().copied().unwrap_or_default();
    (partial.leading_ones() == partial.count_ones() && leading.all(|byte| *byte == 0)).then_some(ones)
}

/// The words of a command, as a shell reads them.
struct Words(Vec<String>);

impl Words {
    /// Begins with words that need no quotes.
    fn new(words: &str) -> Self {
        Self(vec![words.to_owned()])
    }

    /// A word that needs no quotes.
    fn word(&mut self, word: &str) {
        self.0.push(word.to_owned());
    }

    /// A word that may need quotes.
    fn quoted(&mut self, word: &str) {
        self.0.push(quote(word));
    }

    /// An option and its value.
    fn option(&mut self, option: &str, value: impl Display) {
        self.0.push(option.to_owned());
        self.0.push(quote(&value.to_string()));
    }

    /// An option, if it has a value.
    fn some(&mut self, option: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.option(option, value);
        }
    }

    /// An option, and its value where that is not empty.
    fn setting(&mut self, option: &str, value: &str) {
        if value.is_empty() { self.word(option) } else { self.option(option, value) }
    }

    /// An option that is on or off.
    fn switch(&mut self, option: &str, on: bool) {
        self.option(option, if on { "on" } else { "off" });
    }
}

/// What `flags` make of a request for something new: `add`, or another verb.
const fn verb(flags: u16) -> &'static str {
    if flags & NLM_F_APPEND != 0 {
        "append"
    } else if flags & NLM_F_REPLACE != 0 && flags & NLM_F_CREATE != 0 {
        "replace"
    } else if flags & NLM_F_REPLACE != 0 {
        "change"
    } else if flags & NLM_F_CREATE != 0 && flags & NLM_F_EXCL == 0 {
        "prepend"
    } else {
        "add"
    }
}

/// The name of a link, or what `ip` takes for one: `if4`.
fn link_name(index: u32, names: &dyn Names) -> String {
    names.link(index).unwrap_or_else(|| format!("if{index}"))
}

/// What `ip` takes for a namespace. A descriptor that nobody knows is one of this process.
fn netns_name(netns: Netns, names: &dyn Names) -> String {
    match netns {
        Netns::Pid(pid) => pid.to_string(),
        Netns::Fd(fd) => names.netns(fd).unwrap_or_else(|| format!("/proc/{}/fd/{fd}", std::process::id())),
    }
}

/// As a shell must read it to get this word: in quotes unless it is plain, and in `$'…'` when there are
/// characters in it that would act on a terminal.
fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+,=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    if !word.chars().any(hidden) {
        return format!("'{}'", word.replace('\'', "'\\''"));
    }
    let escaped: String = word
        .chars()
        .map(|c| match c {
            '\'' | '\\' => format!("\\{c}"),
            c if hidden(c) => format!("\\U{:08x}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    format!("$'{escaped}'")
}

/// Whether a character is not seen as itself, or acts on a terminal.
fn hidden(c: char) -> bool {
    !matches!(c, '\'' | '"' | '\\') && c.escape_debug().len() > 1
}

/// The last word of a kernel's name, in small letters: `RT_SCOPE_HOST` gives `host`.
fn last_word(name: &str) -> String {
    name.rsplit('_').next().unwrap_or(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quote("eth0"), "eth0");
        assert_eq!(quote(""), "''");
        assert_eq!(quote("a b;rm"), "'a b;rm'");
        assert_eq!(quote("it's"), r"'it'\''s'");
        assert_eq!(quote("\u{1b}[2J'"), r"$'\U0000001b[2J\''");
        assert_eq!(quote("\u{202e}x"), r"$'\U0000202ex'", "written from right to left");
        assert_eq!(quote("grün"), "'grün'");
    }
}
