//! Sets and maps, and what is in them, in `nft`'s words.

use super::{Found, Words, interval, object, rule, statement};
use super::{Object, time};
use crate::Decode;
use crate::describe::Names;
use crate::describe::tables::NFTA_SET_DESC_SIZE;
#[allow(clippy::wildcard_imports, reason = "forty names of messages and attributes")]
use crate::kernel::*;
use crate::nft::{Data, Element, Elements, Type, user_data};
use crate::wire::Message;

const FLAGS: [(u32, &str); 4] = [
    (NFT_SET_CONSTANT, "constant"),
    (NFT_SET_INTERVAL, "interval"),
    (NFT_SET_TIMEOUT, "timeout"),
    (NFT_SET_EVAL, "dynamic"),
];

/// Those that follow from what it holds.
const IMPLIED: u32 = NFT_SET_MAP | NFT_SET_OBJECT | NFT_SET_CONCAT | NFT_SET_EXPR;

pub(super) fn set(object: &Object<'_>) -> Option<Words> {
    let found = &object.found;
    if object.kind == NFT_MSG_GETSET && object.is_dump() {
        return Some(object.list("sets"));
    }
    let (table, name) = (found.text(NFTA_SET_TABLE)?, found.text(NFTA_SET_NAME));
    if object.kind != NFT_MSG_NEWSET {
        return object.named("set", Some(&table), name.as_deref(), found.u64_be(NFTA_SET_HANDLE));
    }
    let flags = found.u32_be(NFTA_SET_FLAGS).unwrap_or_default();
    // One without a name is part of a rule, whose command makes it.
    let known = FLAGS.iter().fold(IMPLIED, |all, (flag, _)| all | flag);
    if flags & !known != 0 || found.get(NFTA_SET_EXPRESSIONS).is_some() {
        return None;
    }
    let key = Type { number: found.u32_be(NFTA_SET_KEY_TYPE)?, length: 0 }.name()?;
    let data = match (flags & NFT_SET_MAP != 0, flags & NFT_SET_OBJECT != 0) {
        (true, _) => Some(Type { number: found.u32_be(NFTA_SET_DATA_TYPE)?, length: 0 }.name()?),
        (_, true) => Some(object::kind(found.u32_be(NFTA_SET_OBJ_TYPE)?)?.to_owned()),
        _ => None,
    };
    let mut words =
        object.words(object.verb(), if data.is_some() { "map" } else { "set" }, &[&table, &name?])?;
    let mut settings = vec![match data {
        Some(data) => format!("type {key} : {data};"),
        None => format!("type {key};"),
    }];
    let flags: Vec<&str> =
        FLAGS.iter().filter(|(flag, _)| flags & flag != 0).map(|(_, name)| *name).collect();
    if !flags.is_empty() {
        settings.push(format!("flags {};", flags.join(",")));
    }
    settings.extend(found.u64_be(NFTA_SET_TIMEOUT).map(|timeout| format!("timeout {};", time(timeout))));
    let interval = found.u32_be(NFTA_SET_GC_INTERVAL);
    settings.extend(interval.map(|interval| format!("gc-interval {};", time(interval.into()))));
    let size = found.nested(NFTA_SET_DESC).and_then(|description| description.u32_be(NFTA_SET_DESC_SIZE));
    settings.extend(size.map(|size| format!("size {size};")));
    if let Some(member) = found.get(NFTA_SET_EXPR) {
        settings.push(format!("{};", statement::beside(member)?));
    }
    match found.u32_be(NFTA_SET_POLICY).unwrap_or_default() {
        0 => {}
        1 => settings.push("policy memory;".to_owned()),
        _ => return None,
    }
    settings.extend(notes(object)?);
    words.block(&settings);
    Some(words)
}

/// What `nft` keeps for itself: comments, and that neighbouring intervals become one. `None` where there is more.
fn notes(object: &Object<'_>) -> Option<Vec<String>> {
    const KEY_ORDER: u8 = 0;
    const DATA_ORDER: u8 = 1;
    const MERGED: u8 = 2;
    const KEY_TYPEOF: u8 = 3;
    const DATA_TYPEOF: u8 = 4;
    const DATA_INTERVAL: u8 = 6;
    const COMMENT: u8 = 7;
    /// A concatenation, of what is not said.
    const SEVERAL: [u8; 8] = [0, 4, 13, 0, 0, 0, 1, 0];
    let mut notes = Vec::new();
    let data = object.found.get(NFTA_SET_USERDATA).map(|data| data.payload).unwrap_or_default();
    for (kind, value) in user_data(data) {
        match (kind, value) {
            (KEY_ORDER | DATA_ORDER, _) | (MERGED | DATA_INTERVAL, [0, 0, 0, 0]) => {}
            (MERGED, _) => notes.push("auto-merge;".to_owned()),
            (KEY_TYPEOF | DATA_TYPEOF, value) if value == SEVERAL => {}
            (COMMENT, [text @ .., 0]) => {
                notes.push(format!("comment \"{}\";", String::from_utf8_lossy(text)));
            }
            _ => return None,
        }
    }
    Some(notes)
}

pub(super) fn elements(object: &Object<'_>, message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let list = Elements::decode(message).ok()?;
    // It is part of a rule.
    if list.set.starts_with("__") {
        return None;
    }
    let types = names.set(&list.table, &list.set);
    let what = if types.is_some_and(|(_, data)| data.is_some()) { "map" } else { "set" };
    let path = [&list.table[..], &list.set];
    if list.elements.is_empty() {
        return match object.kind {
            NFT_MSG_DELSETELEM => object.words("flush", what, &path),
            _ => object.words(object.verb(), what, &path),
        };
    }
    is_whole(object, &list)?;
    let verb = if object.kind == NFT_MSG_GETSETELEM { "get" } else { object.verb() };
    let mut words = object.words(verb, "element", &path)?;
    let key = |bytes: &[u8]| Some(value(bytes, types.map(|(key, _)| key)));
    let texts: Option<Vec<String>> = interval::intervals(&list.elements, &key)
        .into_iter()
        .map(|(key, element)| text(&key?, element, types))
        .collect();
    words.quoted(&format!("{{ {} }}", texts?.join(", ")));
    Some(words)
}

/// `None` where an element has more than is told of it.
fn is_whole(object: &Object<'_>, list: &Elements) -> Option<()> {
    const TOLD: [u16; 8] = [
        NFTA_SET_ELEM_KEY,
        NFTA_SET_ELEM_KEY_END,
        NFTA_SET_ELEM_DATA,
        NFTA_SET_ELEM_FLAGS,
        NFTA_SET_ELEM_USERDATA,
        NFTA_SET_ELEM_TIMEOUT,
        NFTA_SET_ELEM_OBJREF,
        NFTA_SET_ELEM_EXPR,
    ];
    let members = object.found.get(NFTA_SET_ELEM_LIST_ELEMENTS)?.nested();
    members.zip(&list.elements).try_for_each(|(member, element)| {
        let found = Found::of(member.ok()?.nested())?;
        found.only(&TOLD)?;
        // Of expressions, a counter alone is.
        (found.get(NFTA_SET_ELEM_EXPR).is_some() == element.counter.is_some()).then_some(())
    })
}

/// One element as `nft` writes it, its key in words.
fn text(key: &str, element: &Element, types: Option<(Type, Option<Type>)>) -> Option<String> {
    let data = match &element.data {
        None => String::new(),
        Some(Data::Value(bytes)) => format!(" : {}", value(bytes, types.and_then(|(_, data)| data))),
        Some(Data::Verdict(verdict)) => format!(" : {}", rule::verdict(verdict)?),
    };
    Some(format!("{key}{}{data}", interval::beside(element)))
}

/// By its type, or else in hexadecimal.
fn value(bytes: &[u8], of: Option<Type>) -> String {
    of.and_then(|of| of.show(bytes)).unwrap_or_else(|| {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("0x{digits}")
    })
}
