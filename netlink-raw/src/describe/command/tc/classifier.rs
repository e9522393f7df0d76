//! How filters choose packets.

use super::Found;
use super::rates::Police;
use super::{Words, flower};
use crate::describe::tables::{
    TCA_BASIC_ACT, TCA_BASIC_CLASSID, TCA_FW_ACT, TCA_FW_CLASSID, TCA_FW_INDEV, TCA_FW_MASK,
};
use crate::describe::traffic::handle;
use crate::kernel::{
    TCA_MATCHALL_ACT, TCA_MATCHALL_CLASSID, TCA_MATCHALL_FLAGS, TCA_U32_ACT, TCA_U32_CLASSID,
    TCA_U32_DIVISOR, TCA_U32_FLAGS, TCA_U32_HASH, TCA_U32_INDEV, TCA_U32_LINK, TCA_U32_MARK, TCA_U32_POLICE,
    TCA_U32_SEL,
};
use crate::wire::field;

/// What a filter of this name has for options, besides its actions. `None` where one has no word here. Its packets are
/// of the Ethernet protocol `of`.
pub(super) fn options(name: &str, found: &Found<'_>, of: u16, words: &mut Words) -> Option<()> {
    match name {
        "matchall" => {
            found.only(&[TCA_MATCHALL_CLASSID, TCA_MATCHALL_ACT, TCA_MATCHALL_FLAGS])?;
            words.some("classid", found.u32(TCA_MATCHALL_CLASSID).map(handle));
            offload(found, TCA_MATCHALL_FLAGS, words)
        }
        "u32" => u32(found, words),
        "flower" => flower::tell(found, of, words),
        "fw" => {
            found.only(&[TCA_FW_CLASSID, TCA_FW_INDEV, TCA_FW_ACT, TCA_FW_MASK])?;
            words.some("classid", found.u32(TCA_FW_CLASSID).map(handle));
            words.some("indev", found.text(TCA_FW_INDEV));
            Some(())
        }
        "basic" => {
            found.only(&[TCA_BASIC_CLASSID, TCA_BASIC_ACT])?;
            words.some("classid", found.u32(TCA_BASIC_CLASSID).map(handle));
            Some(())
        }
        _ => None,
    }
}

/// Whether the card is to do it.
pub(super) fn offload(found: &Found<'_>, flags: u16, words: &mut Words) -> Option<()> {
    match found.u32(flags).unwrap_or_default() {
        0 => {}
        1 => words.word("skip_hw"),
        2 => words.word("skip_sw"),
        _ => return None,
    }
    Some(())
}

/// A node of a u32's tables as `tc` writes it: table, bucket, number.
pub(super) fn node(number: u32) -> String {
    match (number >> 20, number >> 12 & 0xff, number & 0xfff) {
        (table, 0, 0) => format!("{table:x}:"),
        (table, bucket, 0) => format!("{table:x}:{bucket:x}"),
        (table, 0, node) => format!("{table:x}::{node:x}"),
        (table, bucket, node) => format!("{table:x}:{bucket:x}:{node:x}"),
    }
}

fn u32(found: &Found<'_>, words: &mut Words) -> Option<()> {
    found.only(&[
        TCA_U32_CLASSID,
        TCA_U32_HASH,
        TCA_U32_LINK,
        TCA_U32_DIVISOR,
        TCA_U32_SEL,
        TCA_U32_POLICE,
        TCA_U32_ACT,
        TCA_U32_INDEV,
        TCA_U32_MARK,
        TCA_U32_FLAGS,
    ])?;
    words.some("divisor", found.u32(TCA_U32_DIVISOR));
    words.some("ht", found.u32(TCA_U32_HASH).map(node));
    if let Some(selector) = found.bytes(TCA_U32_SEL, 16) {
        // It ends the search where it says what becomes of the packet.
        let ends =
            [TCA_U32_CLASSID, TCA_U32_ACT, TCA_U32_POLICE].iter().any(|kind| found.get(*kind).is_some());
        selection(selector, ends, words)?;
    }
    if let Some(mark) = found.bytes(TCA_U32_MARK, 8) {
        let [value, mask] = [0, 4].map(|at| u32::from_ne_bytes(field(mark, at)));
        words.word(&format!("match mark {value:#x} {mask:#x}"));
    }
    for attribute in found.all() {
        match attribute.kind {
            TCA_U32_LINK => words.option("link", node(attribute.u32().ok()?)),
            TCA_U32_INDEV => words.option("indev", attribute.str()),
            TCA_U32_CLASSID => words.option("flowid", handle(attribute.u32().ok()?)),
            TCA_U32_POLICE => {
                words.word("police");
                Police::of(&Found::of(attribute.nested())?)?.tell(words)?;
            }
            _ => {}
        }
    }
    offload(found, TCA_U32_FLAGS, words)
}

/// `struct tc_u32_sel`: flags, a shift, how many keys, masks and offsets; then the keys.
fn selection(bytes: &[u8], ends: bool, words: &mut Words) -> Option<()> {
    const TERMINAL: u8 = 1;
    let (head, keys) = bytes.split_at_checked(16)?;
    let plain = head.first() == Some(&if ends { TERMINAL } else { 0 })
        && head.get(4..10)?.iter().all(|byte| *byte == 0);
    plain.then_some(())?;
    for key in keys.as_chunks::<16>().0 {
        let [mask, value] = [0, 4].map(|at| u32::from_be_bytes(field(key, at)));
        words.word(&format!("match u32 {} {}", hexadecimal(value), hexadecimal(mask)));
        let offset = i32::from_ne_bytes(field(key, 8));
        match (u32::from_ne_bytes(field(key, 12)), offset) {
            (0, 0) => {}
            (0, offset) => words.option("at", offset),
            // Behind the header of the network, however long that is.
            (u32::MAX, offset) => words.option("at", format!("nexthdr+{offset}")),
            _ => return None,
        }
    }
    let mask = u32::from_be_bytes(field(head, 12));
    if mask != 0 {
        let offset = i16::from_ne_bytes(field(head, 10));
        words.word(&format!("hashkey mask {mask:#010x} at {offset}"));
    }
    Some(())
}

fn hexadecimal(number: u32) -> String {
    if number == 0 { "0".to_owned() } else { format!("{number:#x}") }
}
