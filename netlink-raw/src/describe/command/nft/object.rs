//! Objects with a name, and tables of flows, in `nft`'s words.

use super::Found;
use super::chain::devices;
use super::{Object, time};
use super::{Words, plain};
#[allow(clippy::wildcard_imports, reason = "forty names of attributes")]
use crate::describe::tables::*;
use crate::kernel::{
    NFPROTO_INET, NFPROTO_IPV4, NFPROTO_IPV6, NFT_MSG_NEWFLOWTABLE, NFT_MSG_NEWOBJ, NFTA_COUNTER_BYTES,
    NFTA_COUNTER_PACKETS,
};
use crate::nft::types::protocol;

/// `NFT_OBJECT_*`, and the words for them.
const KINDS: [(u32, &str); 9] = [
    (COUNTER, "counter"),
    (QUOTA_OBJECT, "quota"),
    (HELPER, "ct helper"),
    (LIMIT_OBJECT, "limit"),
    (5, "ct count"),
    (7, "ct timeout"),
    (SECMARK_OBJECT, "secmark"),
    (EXPECTATION, "ct expectation"),
    (SYNPROXY_OBJECT, "synproxy"),
];

const COUNTER: u32 = 1;
const QUOTA_OBJECT: u32 = 2;
const HELPER: u32 = 3;
const LIMIT_OBJECT: u32 = 4;
const SECMARK_OBJECT: u32 = 8;
const EXPECTATION: u32 = 9;
const SYNPROXY_OBJECT: u32 = 10;

/// What an object of this type is called.
pub(super) fn kind(number: u32) -> Option<&'static str> {
    KINDS.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

pub(super) fn command(object: &Object<'_>) -> Option<Words> {
    let found = &object.found;
    found.only(&[
        NFTA_OBJ_TABLE,
        NFTA_OBJ_NAME,
        NFTA_OBJ_TYPE,
        NFTA_OBJ_DATA,
        NFTA_OBJ_HANDLE,
        NFTA_OBJ_USERDATA,
    ])?;
    let (table, name) = (found.text(NFTA_OBJ_TABLE), found.text(NFTA_OBJ_NAME));
    let number = found.u32_be(NFTA_OBJ_TYPE);
    if object.is_dump() {
        return Some(match (number.and_then(kind), table) {
            (Some(kind), None) => object.list(&plural(kind)),
            (Some(kind), Some(table)) => {
                object.words(object.verb(), &format!("{} table", plural(kind)), &[&table])?
            }
            (None, Some(table)) => object.words(object.verb(), "table", &[&table])?,
            (None, None) => object.list("ruleset"),
        });
    }
    let (table, number) = (table?, number?);
    let kind = kind(number)?;
    if !matches!(object.kind, NFT_MSG_NEWOBJ) {
        return object.named(kind, Some(&table), name.as_deref(), found.u64_be(NFTA_OBJ_HANDLE));
    }
    let mut words = object.words(object.verb(), kind, &[&table, &name?])?;
    let mut settings = Vec::new();
    if let Some(data) = found.get(NFTA_OBJ_DATA) {
        settings.extend(described(number, &Found::of(data.nested())?, data.payload, object.family)?);
    }
    settings.extend(object.comment(NFTA_OBJ_USERDATA)?);
    words.block(&settings);
    Some(words)
}

/// `counters`; `quotas`; `ct helpers` is the one of its kind, as `nft` has it.
fn plural(kind: &str) -> String {
    match kind {
        "synproxy" => "synproxys".to_owned(),
        "ct timeout" | "ct expectation" => kind.to_owned(),
        _ => format!("{kind}s"),
    }
}

/// What an object holds.
fn described(number: u32, found: &Found<'_>, data: &[u8], family: u8) -> Option<Vec<String>> {
    let l3 = |kind| {
        let number = found.u16_be(kind).filter(|number| *number != u16::from(family))?;
        let name = match u8::try_from(number).ok()? {
            NFPROTO_IPV4 => "ip",
            NFPROTO_IPV6 => "ip6",
            NFPROTO_INET => "inet",
            _ => return None,
        };
        Some(format!("l3proto {name};"))
    };
    Some(match number {
        COUNTER => {
            found.only(&[NFTA_COUNTER_BYTES, NFTA_COUNTER_PACKETS])?;
            match (found.u64_be(NFTA_COUNTER_PACKETS)?, found.u64_be(NFTA_COUNTER_BYTES)?) {
                (0, 0) => Vec::new(),
                (packets, bytes) => vec![format!("packets {packets} bytes {bytes}")],
            }
        }
        QUOTA_OBJECT | LIMIT_OBJECT => {
            let name = kind(number)?;
            let text = plain::text(name, data)?;
            vec![text.strip_prefix(name)?.trim_start().to_owned()]
        }
        HELPER => {
            found.only(&[NFTA_CT_HELPER_NAME, NFTA_CT_HELPER_L3PROTO, NFTA_CT_HELPER_L4PROTO])?;
            let (name, over) = (found.text(NFTA_CT_HELPER_NAME)?, found.u8(NFTA_CT_HELPER_L4PROTO)?);
            let first = format!("type \"{name}\" protocol {};", protocol(over));
            [Some(first), l3(NFTA_CT_HELPER_L3PROTO)].into_iter().flatten().collect()
        }
        EXPECTATION => {
            found.only(&[
                NFTA_CT_EXPECT_L3PROTO,
                NFTA_CT_EXPECT_L4PROTO,
                NFTA_CT_EXPECT_DPORT,
                NFTA_CT_EXPECT_TIMEOUT,
                NFTA_CT_EXPECT_SIZE,
            ])?;
            // Native, though it stands in the network's order elsewhere.
            let timeout = time(found.u32(NFTA_CT_EXPECT_TIMEOUT)?.into());
            let settings = [
                Some(format!("protocol {};", protocol(found.u8(NFTA_CT_EXPECT_L4PROTO)?))),
                Some(format!("dport {};", found.u16_be(NFTA_CT_EXPECT_DPORT)?)),
                Some(format!("timeout {timeout};")),
                Some(format!("size {};", found.u8(NFTA_CT_EXPECT_SIZE)?)),
                l3(NFTA_CT_EXPECT_L3PROTO),
            ];
            settings.into_iter().flatten().collect()
        }
        SECMARK_OBJECT => {
            found.only(&[NFTA_SECMARK_CTX])?;
            vec![format!("\"{}\"", found.text(NFTA_SECMARK_CTX)?)]
        }
        SYNPROXY_OBJECT => {
            let text = plain::text("synproxy", data)?;
            let words = text.strip_prefix("synproxy ")?;
            let words = words.replacen(" wscale", "; wscale", 1);
            // Flags are a sentence of their own.
            let at = [" timestamp", " sack-perm"].iter().filter_map(|flag| words.find(flag)).min();
            let (numbers, flags) = words.split_at(at.unwrap_or(words.len()));
            let flags = if flags.is_empty() { String::new() } else { format!("{flags};") };
            vec![format!("{numbers};{flags}")]
        }
        _ => return None,
    })
}

pub(super) fn flow_table(object: &Object<'_>) -> Option<Words> {
    const OFFLOAD: u32 = 1;
    const COUNTS: u32 = 2;
    let found = &object.found;
    found.only(&[
        NFTA_FLOWTABLE_TABLE,
        NFTA_FLOWTABLE_NAME,
        NFTA_FLOWTABLE_HOOK,
        NFTA_FLOWTABLE_HANDLE,
        NFTA_FLOWTABLE_FLAGS,
    ])?;
    if object.is_dump() {
        return Some(object.list("flowtables"));
    }
    let (table, name) = (found.text(NFTA_FLOWTABLE_TABLE)?, found.text(NFTA_FLOWTABLE_NAME));
    if object.kind != NFT_MSG_NEWFLOWTABLE {
        return object.named("flowtable", Some(&table), name.as_deref(), found.u64_be(NFTA_FLOWTABLE_HANDLE));
    }
    let mut words = object.words(object.verb(), "flowtable", &[&table, &name?])?;
    let mut settings = Vec::new();
    if let Some(hook) = found.nested(NFTA_FLOWTABLE_HOOK) {
        (hook.u32_be(NFTA_FLOWTABLE_HOOK_NUM).unwrap_or_default() == 0).then_some(())?;
        if let Some(priority) = hook.u32_be(NFTA_FLOWTABLE_HOOK_PRIORITY) {
            settings.push(format!("hook ingress priority {};", priority.cast_signed()));
        }
        if let Some(list) = hook.nested(NFTA_FLOWTABLE_HOOK_DEVS) {
            settings.push(format!("devices = {{ {} }};", devices(&list)));
        }
    }
    let flags = found.u32_be(NFTA_FLOWTABLE_FLAGS).unwrap_or_default();
    for (flag, text) in [(OFFLOAD, "flags offload;"), (COUNTS, "counter;")] {
        if flags & flag != 0 {
            settings.push(text.to_owned());
        }
    }
    (flags & !(OFFLOAD | COUNTS) == 0).then_some(())?;
    words.block(&settings);
    Some(words)
}
