//! Tables, chains, rules, sets and objects, in `nft`'s words.

mod chain;
mod ct;
mod interval;
mod load;
mod object;
mod plain;
mod rule;
mod set;
mod source;
mod statement;
mod text;
mod value;

use super::found::Found;
use super::{Words, last_word, prefix};
use crate::Decode;
use crate::describe::Names;
use crate::flow::Flow;
#[allow(clippy::wildcard_imports, reason = "sixty names of messages and attributes")]
use crate::kernel::*;
use crate::nft::types::protocol;
use crate::nft::{Expression, Rule, comment};
use crate::wire::Message;

pub(super) fn command(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let kind = message.header.kind;
    if let IPCTNL_MSG_CT_GET..=IPCTNL_MSG_CT_DELETE = kind {
        return Some(flow(kind, &Flow::decode(message).ok()?));
    }
    let object = Object::of(message)?;
    match kind {
        NFT_MSG_NEWTABLE..=NFT_MSG_DELTABLE | NFT_MSG_DESTROYTABLE => object.table(),
        NFT_MSG_NEWCHAIN..=NFT_MSG_DELCHAIN | NFT_MSG_DESTROYCHAIN => object.chain(),
        NFT_MSG_NEWRULE..=NFT_MSG_DELRULE | NFT_MSG_GETRULE_RESET | NFT_MSG_DESTROYRULE => {
            rule(&object, message, names)
        }
        NFT_MSG_NEWSET..=NFT_MSG_DELSET | NFT_MSG_DESTROYSET => set::set(&object),
        NFT_MSG_NEWSETELEM..=NFT_MSG_DELSETELEM | NFT_MSG_GETSETELEM_RESET | NFT_MSG_DESTROYSETELEM => {
            set::elements(&object, message, names)
        }
        NFT_MSG_NEWOBJ..=NFT_MSG_GETOBJ_RESET | NFT_MSG_DESTROYOBJ => object::command(&object),
        NFT_MSG_NEWFLOWTABLE..=NFT_MSG_DELFLOWTABLE | NFT_MSG_DESTROYFLOWTABLE => object::flow_table(&object),
        _ => None,
    }
}

/// `conntrack`.
fn flow(kind: u16, flow: &Flow) -> Words {
    let mut words = Words::new(if kind == IPCTNL_MSG_CT_GET { "conntrack -L" } else { "conntrack -D" });
    words.option("-f", if flow.family == NFPROTO_IPV6 { "ipv6" } else { "ipv4" });
    words.option("-p", protocol(flow.original.protocol));
    words.some("-s", flow.original.source);
    words.some("-d", flow.original.destination);
    let ports = [("--sport", flow.original.source_port), ("--dport", flow.original.destination_port)];
    for (option, port) in ports.into_iter().filter(|(_, port)| *port != 0) {
        words.option(option, port);
    }
    words
}

/// A message about an object of nf_tables.
pub(super) struct Object<'a> {
    pub(super) kind: u16,
    pub(super) flags: u16,
    pub(super) family: u8,
    pub(super) found: Found<'a>,
}

impl<'a> Object<'a> {
    fn of(message: &Message<'a>) -> Option<Self> {
        let ([family, ..], attributes) = message.split::<4>("object of nf_tables").ok()?;
        let (kind, flags) = (message.header.kind, message.header.flags);
        Some(Self { kind, flags, family, found: Found::of(attributes)? })
    }

    pub(super) fn is_dump(&self) -> bool {
        self.flags & NLM_F_DUMP == NLM_F_DUMP
    }

    /// What is done to it: `add`, …
    pub(super) fn verb(&self) -> &'static str {
        match self.kind {
            NFT_MSG_GETRULE_RESET | NFT_MSG_GETOBJ_RESET | NFT_MSG_GETSETELEM_RESET => "reset",
            NFT_MSG_GETTABLE | NFT_MSG_GETCHAIN | NFT_MSG_GETRULE | NFT_MSG_GETSET | NFT_MSG_GETSETELEM
            | NFT_MSG_GETOBJ | NFT_MSG_GETFLOWTABLE => "list",
            NFT_MSG_DELTABLE | NFT_MSG_DELCHAIN | NFT_MSG_DELRULE | NFT_MSG_DELSET | NFT_MSG_DELSETELEM
            | NFT_MSG_DELOBJ | NFT_MSG_DELFLOWTABLE => "delete",
            NFT_MSG_DESTROYTABLE..=NFT_MSG_DESTROYFLOWTABLE => "destroy",
            _ if self.flags & NLM_F_EXCL != 0 => "create",
            _ => "add",
        }
    }

    /// `nft VERB WHAT FAMILY`, and names.
    pub(super) fn words(&self, verb: &str, what: &str, names: &[&str]) -> Option<Words> {
        let mut words = Words::new("nft");
        words.word(verb);
        words.word(what);
        words.word(family(self.family)?);
        for name in names {
            words.quoted(name);
        }
        Some(words)
    }

    /// `nft list WHAT`, of one family or of all.
    pub(super) fn list(&self, what: &str) -> Words {
        let mut words = Words::new("nft");
        words.word(self.verb());
        words.word(what);
        if let Some(family) = family(self.family) {
            words.word(family);
        }
        words
    }

    /// By its name, or, where it has none, by its handle.
    pub(super) fn named(
        &self,
        what: &str,
        table: Option<&str>,
        name: Option<&str>,
        handle: Option<u64>,
    ) -> Option<Words> {
        let mut names: Vec<&str> = table.into_iter().collect();
        names.extend(name);
        let mut words = self.words(self.verb(), what, &names)?;
        if name.is_none() {
            words.option("handle", handle?);
        }
        Some(words)
    }

    /// `comment "…";`. `None` where there is something else beside it.
    pub(super) fn comment(&self, kind: u16) -> Option<Vec<String>> {
        let Some(data) = self.found.get(kind) else { return Some(Vec::new()) };
        let comment = comment(data)?;
        (data.payload.len() == comment.len() + 3).then(|| vec![format!("comment \"{comment}\";")])
    }
}

impl Words {
    /// Settings in braces, if there are any.
    pub(super) fn block(&mut self, settings: &[String]) {
        if !settings.is_empty() {
            self.quoted(&format!("{{ {} }}", settings.join(" ")));
        }
    }
}

pub(super) fn family(number: u8) -> Option<&'static str> {
    Some(match number {
        NFPROTO_INET => "inet",
        NFPROTO_IPV4 => "ip",
        NFPROTO_ARP => "arp",
        NFPROTO_NETDEV => "netdev",
        NFPROTO_BRIDGE => "bridge",
        NFPROTO_IPV6 => "ip6",
        _ => return None,
    })
}

/// A time as `nft` takes it.
pub(super) fn time(milliseconds: u64) -> String {
    match (milliseconds / 1000, milliseconds % 1000) {
        (seconds, 0) => format!("{seconds}s"),
        _ => format!("{milliseconds}ms"),
    }
}

fn rule(object: &Object<'_>, message: &Message<'_>, names_of: &dyn Names) -> Option<Words> {
    let found = &object.found;
    let (table, chain) = (found.text(NFTA_RULE_TABLE), found.text(NFTA_RULE_CHAIN));
    let Some(table) = table else { return Some(object.list("ruleset")) };
    let names: Vec<&str> = [Some(&table[..]), chain.as_deref()].into_iter().flatten().collect();
    let what = if chain.is_some() { "chain" } else { "table" };
    let handle = found.u64_be(NFTA_RULE_HANDLE);
    match (object.kind, handle) {
        (NFT_MSG_NEWRULE, _) => {}
        (NFT_MSG_DELRULE, None) => return object.words("flush", what, &names),
        (NFT_MSG_GETRULE, _) => return object.words("list", what, &names),
        (NFT_MSG_GETRULE_RESET, _) => {
            let mut words = Words::new("nft reset rules");
            words.word(what);
            words.word(family(object.family)?);
            for name in names {
                words.quoted(name);
            }
            return Some(words);
        }
        _ => {
            let mut words = object.words(object.verb(), "rule", &names)?;
            words.some("handle", handle);
            return Some(words);
        }
    }
    found.only(&[
        NFTA_RULE_TABLE,
        NFTA_RULE_CHAIN,
        NFTA_RULE_HANDLE,
        NFTA_RULE_EXPRESSIONS,
        NFTA_RULE_POSITION,
        NFTA_RULE_USERDATA,
        NFTA_RULE_ID,
    ])?;
    let mut words = match handle {
        Some(_) => object.words("replace", "rule", &names)?,
        // Without that flag it comes before the others.
        None if object.flags & NLM_F_APPEND == 0 => object.words("insert", "rule", &names)?,
        None => object.words("add", "rule", &names)?,
    };
    words.some("handle", handle);
    words.some("position", found.u64_be(NFTA_RULE_POSITION));
    let mut rule = Rule::decode(message).ok()?;
    // Each expression as a whole, or else its attributes: what is left out would be another rule.
    rule.expressions = match found.get(NFTA_RULE_EXPRESSIONS) {
        Some(list) => {
            let exact =
                |member: Result<_, _>| member.and_then(|member| Expression::read_exactly(&member)).ok();
            list.nested().map(exact).collect::<Option<_>>()?
        }
        None => Vec::new(),
    };
    for word in rule::text(&rule, names_of)? {
        words.quoted(&word);
    }
    if let Some(data) = found.get(NFTA_RULE_USERDATA) {
        words.option("comment", format!("\"{}\"", comment(data)?));
    }
    Some(words)
}
