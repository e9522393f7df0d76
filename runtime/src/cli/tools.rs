//! What the tools have in common, which look at network namespaces and change them as `ip` and `brctl` do.

use std::borrow::Cow;
use std::ffi::OsString;

use super::Global;
use clap::Args;
use netlink_raw::kernel::{AF_INET, AF_INET6, AF_UNSPEC};

/// Where a tool acts.
#[derive(Debug, Clone, PartialEq, Default, Args)]
pub struct Inside {
    /// Act in the network namespace of a container, of a process, of a name of `ip netns`, or at a path
    #[arg(long = "in", value_name = "CONTAINER|PID|NETNS|PATH")]
    pub place: Option<String>,
}

/// A tool that takes `ip`'s words: `link`, `addr`, `route`, `neigh`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct ObjectArgs {
    /// Where it acts.
    #[command(flatten)]
    pub inside: Inside,
    /// Only IPv4
    #[arg(short = '4', conflicts_with = "ipv6")]
    pub ipv4: bool,
    /// Only IPv6
    #[arg(short = '6')]
    pub ipv6: bool,
    /// Count what has passed; twice, errors by their kinds too
    #[arg(short, long, action = clap::ArgAction::Count, visible_alias = "stats")]
    pub statistics: u8,
    /// Everything there is to know
    #[arg(short, long)]
    pub details: bool,
    /// As `ip -json` prints it
    #[arg(short, long)]
    pub json: bool,
    /// JSON on many lines
    #[arg(short, long)]
    pub pretty: bool,
    /// One short line for each (`-br`)
    #[arg(long, visible_alias = "br")]
    pub brief: bool,
    /// One line for each, whatever it holds
    #[arg(short, long)]
    pub oneline: bool,
    /// What to do, in `ip`'s words: `show dev lo`, `add veth0 type veth peer name veth1`
    #[arg(value_name = "WORD")]
    pub words: Vec<String>,
}

impl ObjectArgs {
    /// The family that the flags ask for, `AF_UNSPEC` without one.
    pub const fn family(&self) -> u8 {
        family(self.ipv4, self.ipv6)
    }
}

/// The family that `-4` and `-6` ask for, `AF_UNSPEC` without one.
pub(super) const fn family(ipv4: bool, ipv6: bool) -> u8 {
    match (ipv4, ipv6) {
        (true, _) => AF_INET,
        (_, true) => AF_INET6,
        _ => AF_UNSPEC,
    }
}

/// The verbs that take `ip`'s words, by all their names.
const OBJECTS: [&str; 12] =
    ["link", "l", "addr", "address", "a", "route", "ro", "r", "neigh", "neighbour", "neighbor", "n"];
/// Flags that `ip` takes with one dash, whole or shortened to two letters or more.
const FLAGS: [&str; 7] = ["brief", "statistics", "stats", "details", "oneline", "json", "pretty"];
/// Flags of one letter, of which a word may have several.
const LETTERS: &[u8] = b"46sdjpohV";

/// The words of a command line as `ip` reads them, for a verb that takes its words: `-br` is `--brief`, and what begins
/// with a dash and is no flag, as in `addr show -tentative`, is a word like any other.
pub(super) fn in_ips_manner(words: &[OsString]) -> Cow<'_, [OsString]> {
    let Some(verb) = object(words) else { return words.into() };
    let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
    let (mut read, mut last): (Vec<OsString>, Vec<OsString>) = (Vec::new(), Vec::new());
    for word in words.iter().take(end).skip(verb) {
        let name = word.to_str().and_then(|word| word.strip_prefix('-')).unwrap_or_default();
        let flag = FLAGS.iter().find(|flag| name.len() > 1 && flag.starts_with(name));
        match flag {
            Some(flag) => read.push(format!("--{flag}").into()),
            None if name.starts_with('-') || name.bytes().all(|letter| LETTERS.contains(&letter)) => {
                read.push(word.clone());
            }
            None => last.push(word.clone()),
        }
    }
    let mut all = words.get(..verb).unwrap_or_default().to_vec();
    all.append(&mut read);
    // Behind two dashes nothing is a flag.
    all.extend((end < words.len() || !last.is_empty()).then(|| "--".into()));
    all.extend(words.get(end + 1..).unwrap_or_default().iter().cloned());
    all.append(&mut last);
    all.into()
}

/// Where the verb is, if it is one that takes `ip`'s words. What stands before it are flags, and their values.
fn object(words: &[OsString]) -> Option<usize> {
    let is_object = |word: &OsString| OBJECTS.iter().any(|object| word == *object);
    words.iter().position(is_object)?;
    let global = Global::augment_args(clap::Command::new("pontoon"));
    let takes_a_value = |word: &OsString| {
        let name = word.to_str().and_then(|word| word.strip_prefix("--"));
        let flag = global.get_arguments().find(|flag| name.is_some() && flag.get_long() == name);
        flag.is_some_and(|flag| flag.get_action().takes_values() && !flag.is_require_equals_set())
    };
    let mut before = words.iter().enumerate().skip(1);
    while let Some((place, word)) = before.next() {
        if !word.as_encoded_bytes().starts_with(b"-") {
            return is_object(word).then_some(place);
        }
        if takes_a_value(word) {
            before.next();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> String {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let read = in_ips_manner(&words);
        read.iter().map(|word| word.to_str().unwrap()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn flags_are_taken_as_ip_takes_them() {
        for (line, as_read) in [
            ("pontoon link -br", "pontoon link --brief"),
            (
                "pontoon --root x addr -4 -br -j -json -de",
                "pontoon --root x addr -4 --brief -j --json --details",
            ),
            ("pontoon link -ss -d --explain show lo", "pontoon link -ss -d --explain show lo"),
            ("pontoon link -s -stat", "pontoon link -s --statistics"),
            ("pontoon addr show -tentative dev lo -j", "pontoon addr show dev lo -j -- -tentative"),
            ("pontoon addr add 10.0.0.1 brd - dev d0", "pontoon addr add 10.0.0.1 brd - dev d0"),
            ("pontoon a show -- -br", "pontoon a show -- -br"),
            ("pontoon a -br show -x -- -br", "pontoon a --brief show -- -br -x"),
            ("pontoon ps -br", "pontoon ps -br"),
            ("pontoon logs a -f", "pontoon logs a -f"),
            ("pontoon --explain --root l --log=x logs n -f", "pontoon --explain --root l --log=x logs n -f"),
            ("pontoon --explain --root l l -br", "pontoon --explain --root l l --brief"),
        ] {
            assert_eq!(read(line), as_read);
        }
    }
}
