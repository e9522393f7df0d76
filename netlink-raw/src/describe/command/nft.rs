//! `nft`.

use super::{Words, nft_rule, nft_value};
use crate::Decode;
use crate::describe::Names;
use crate::flow::Flow;
use crate::kernel::{
    IPCTNL_MSG_CT_DELETE, IPCTNL_MSG_CT_GET, NFPROTO_ARP, NFPROTO_BRIDGE, NFPROTO_INET, NFPROTO_IPV4,
    NFPROTO_IPV6, NFPROTO_NETDEV, NFT_MSG_DELCHAIN, NFT_MSG_DELRULE, NFT_MSG_DELSET, NFT_MSG_DELSETELEM,
    NFT_MSG_DELTABLE, NFT_MSG_GETCHAIN, NFT_MSG_GETRULE, NFT_MSG_GETSET, NFT_MSG_GETSETELEM,
    NFT_MSG_GETTABLE, NFT_MSG_NEWCHAIN, NFT_MSG_NEWRULE, NFT_MSG_NEWSET, NFT_MSG_NEWSETELEM,
    NFT_MSG_NEWTABLE, NFT_SET_ANONYMOUS, NFT_SET_CONSTANT, NFT_SET_INTERVAL, NFT_SET_TIMEOUT,
    NFTA_RULE_COMPAT, NFTA_RULE_POSITION, NFTA_RULE_POSITION_ID, NFTA_RULE_USERDATA, NLM_F_APPEND,
    NLM_F_DUMP, NLM_F_EXCL,
};
use crate::nft::types::protocol;
use crate::nft::{Chain, Data, Element, Elements, Rule, Set, Table, Type};
use crate::wire::Message;

pub(super) fn command(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let kind = message.header.kind;
    match kind {
        IPCTNL_MSG_CT_GET..=IPCTNL_MSG_CT_DELETE => Some(flow(kind, &Flow::decode(message).ok()?)),
        NFT_MSG_NEWTABLE..=NFT_MSG_DELTABLE => table(kind, &Table::decode(message).ok()?, message),
        NFT_MSG_NEWCHAIN..=NFT_MSG_DELCHAIN => chain(kind, &Chain::decode(message).ok()?, message),
        NFT_MSG_NEWRULE..=NFT_MSG_DELRULE => rule(kind, &Rule::decode(message).ok()?, message, names),
        NFT_MSG_NEWSET..=NFT_MSG_DELSET => set(kind, &Set::decode(message).ok()?, message),
        NFT_MSG_NEWSETELEM..=NFT_MSG_DELSETELEM => {
            elements(kind, &Elements::decode(message).ok()?, message, names)
        }
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

fn is_dump(message: &Message<'_>) -> bool {
    message.header.flags & NLM_F_DUMP == NLM_F_DUMP
}

fn family(number: u8) -> Option<&'static str> {
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

/// `nft VERB FAMILY`, and names.
fn words(verb: &str, number: u8, names: &[&str]) -> Option<Words> {
    let mut words = Words::new("nft");
    words.word(verb);
    words.word(family(number)?);
    for name in names {
        words.quoted(name);
    }
    Some(words)
}

fn list(what: &str, number: u8) -> Words {
    let mut words = Words::new("nft list");
    words.word(what);
    if let Some(family) = family(number) {
        words.word(family);
    }
    words
}

fn table(kind: u16, table: &Table, message: &Message<'_>) -> Option<Words> {
    let names = [&table.name[..]];
    match kind {
        NFT_MSG_GETTABLE if is_dump(message) => Some(list("tables", table.family)),
        NFT_MSG_GETTABLE => words("list table", table.family, &names),
        NFT_MSG_DELTABLE => words("delete table", table.family, &names),
        _ if table.flags != 0 => None,
        _ => {
            let mut words = words("add table", table.family, &names)?;
            if let Some(comment) = &table.comment {
                words.quoted(&format!("{{ comment \"{comment}\"; }}"));
            }
            Some(words)
        }
    }
}

fn chain(kind: u16, chain: &Chain, message: &Message<'_>) -> Option<Words> {
    let names = [&chain.table[..], &chain.name];
    match kind {
        NFT_MSG_GETCHAIN if is_dump(message) => return Some(list("chains", chain.family)),
        NFT_MSG_GETCHAIN => return words("list chain", chain.family, &names),
        NFT_MSG_DELCHAIN => return words("delete chain", chain.family, &names),
        _ => {}
    }
    let mut words = words("add chain", chain.family, &names)?;
    if let Some(hook) = chain.hook {
        let name = match hook.number {
            0 => "prerouting",
            1 => "input",
            2 => "forward",
            3 => "output",
            4 => "postrouting",
            _ => return None,
        };
        let policy = match chain.policy {
            Some(0) => " policy drop;",
            Some(1) => " policy accept;",
            _ => "",
        };
        let (kind, priority) = (chain.kind.as_deref()?, hook.priority);
        words.quoted(&format!("{{ type {kind} hook {name} priority {priority};{policy} }}"));
    }
    Some(words)
}

fn rule(kind: u16, rule: &Rule, message: &Message<'_>, names_of: &dyn Names) -> Option<Words> {
    let mut names = vec![&rule.table[..]];
    names.extend(Some(&rule.chain[..]).filter(|chain| !chain.is_empty()));
    let mut words = match (kind, rule.handle) {
        (NFT_MSG_GETRULE, _) if rule.chain.is_empty() => words("list table", rule.family, &names)?,
        (NFT_MSG_GETRULE, _) => words("list chain", rule.family, &names)?,
        (NFT_MSG_DELRULE, None) if rule.chain.is_empty() => words("flush table", rule.family, &names)?,
        (NFT_MSG_DELRULE, None) => words("flush chain", rule.family, &names)?,
        (NFT_MSG_DELRULE, _) => words("delete rule", rule.family, &names)?,
        // Without that flag it comes before the others.
        _ if message.header.flags & NLM_F_APPEND == 0 => words("insert rule", rule.family, &names)?,
        _ => words("add rule", rule.family, &names)?,
    };
    if kind == NFT_MSG_DELRULE {
        words.some("handle", rule.handle);
    }
    if kind == NFT_MSG_NEWRULE {
        let mut comment = None;
        for attribute in message.split::<4>("rule").ok()?.1 {
            let attribute = attribute.ok()?;
            match attribute.kind {
                NFTA_RULE_USERDATA => comment = crate::nft::comment(&attribute),
                // Where it is to stand.
                NFTA_RULE_POSITION => words.option("position", attribute.u64_be().ok()?),
                NFTA_RULE_COMPAT | NFTA_RULE_POSITION_ID => return None,
                _ => {}
            }
        }
        for word in nft_rule::text(rule, names_of)? {
            words.quoted(&word);
        }
        if let Some(comment) = comment {
            words.option("comment", format!("\"{comment}\""));
        }
    }
    Some(words)
}

fn set(kind: u16, set: &Set, message: &Message<'_>) -> Option<Words> {
    let names = [&set.table[..], &set.name];
    match kind {
        NFT_MSG_GETSET if is_dump(message) => return Some(list("sets", set.family)),
        NFT_MSG_GETSET => return words("list set", set.family, &names),
        NFT_MSG_DELSET => return words("delete set", set.family, &names),
        _ => {}
    }
    // It is part of a rule, whose command makes it.
    if set.flags & NFT_SET_ANONYMOUS != 0 {
        return None;
    }
    let verb = if set.data.is_some() { "add map" } else { "add set" };
    let mut words = words(verb, set.family, &names)?;
    let data = match set.data {
        Some(data) => format!(" : {}", data.name()?),
        None => String::new(),
    };
    let known =
        [(NFT_SET_CONSTANT, "constant"), (NFT_SET_INTERVAL, "interval"), (NFT_SET_TIMEOUT, "timeout")];
    if known.iter().fold(set.flags, |flags, (flag, _)| flags & !flag) != 0 {
        return None;
    }
    let flags: Vec<&str> =
        known.iter().filter(|(flag, _)| set.flags & flag != 0).map(|(_, name)| *name).collect();
    let flags = if flags.is_empty() { String::new() } else { format!(" flags {};", flags.join(",")) };
    words.quoted(&format!("{{ type {}{data};{flags} }}", set.key.name()?));
    Some(words)
}

fn elements(kind: u16, list: &Elements, message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let verb = match kind {
        NFT_MSG_GETSETELEM if is_dump(message) => "list set",
        NFT_MSG_GETSETELEM => "get element",
        NFT_MSG_DELSETELEM if list.elements.is_empty() => "flush set",
        NFT_MSG_DELSETELEM => "delete element",
        _ if message.header.flags & NLM_F_EXCL != 0 => "create element",
        _ => "add element",
    };
    if list.set.starts_with("__set%d") || list.set.starts_with("__map%d") {
        return None;
    }
    let mut words = words(verb, list.family, &[&list.table, &list.set])?;
    if !list.elements.is_empty() {
        let types = names.set(&list.table, &list.set);
        let key = |bytes: &[u8]| Some(value(bytes, types.map(|(key, _)| key)));
        let texts: Option<Vec<String>> = nft_value::intervals(&list.elements, &key)
            .into_iter()
            .map(|(key, element)| text(&key?, element, types))
            .collect();
        words.quoted(&format!("{{ {} }}", texts?.join(", ")));
    }
    Some(words)
}

/// One element as `nft` writes it, its key in words.
fn text(key: &str, element: &Element, types: Option<(Type, Option<Type>)>) -> Option<String> {
    let comment =
        element.comment.as_ref().map_or_else(String::new, |comment| format!(" comment \"{comment}\""));
    let data = match &element.data {
        None => String::new(),
        Some(Data::Value(bytes)) => format!(" : {}", value(bytes, types.and_then(|(_, data)| data))),
        Some(Data::Verdict(verdict)) => format!(" : {}", nft_rule::verdict(verdict)?),
    };
    let counter = if element.counter.is_some() { " counter" } else { "" };
    Some(format!("{key}{counter}{comment}{data}"))
}

/// By its type, or else in hexadecimal.
fn value(bytes: &[u8], of: Option<Type>) -> String {
    of.and_then(|of| of.show(bytes)).unwrap_or_else(|| {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("0x{digits}")
    })
}
