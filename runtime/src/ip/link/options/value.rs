//! Values of options, each by its word.

use netlink_raw::kernel::{
    IF_LINK_MODE_DEFAULT, IF_LINK_MODE_DORMANT, IN6_ADDR_GEN_MODE_EUI64, IN6_ADDR_GEN_MODE_NONE,
    IN6_ADDR_GEN_MODE_RANDOM, IN6_ADDR_GEN_MODE_STABLE_PRIVACY, OPERSTATES,
};

use super::{ALIAS, NEITHER};
use crate::ip::named::Named;
use crate::ip::words::{Result, Words, duplicate, integer, number, wrong};

/// Takes a number that may be said once.
pub(super) fn once(
    number: &mut Option<u32>,
    keyword: &str,
    words: &mut Words<'_>,
    read: fn(&str) -> Option<u32>,
) -> Result<()> {
    let word = words.value()?;
    if number.is_some() {
        return Err(duplicate(keyword, word));
    }
    *number = Some(read(word).ok_or_else(|| wrong(word, &format!("Invalid \"{keyword}\" value")))?);
    Ok(())
}

/// `ip` takes a sign where the kernel takes none.
pub(super) fn signed(word: &str) -> Option<u32> {
    integer(word).map(i32::cast_unsigned)
}

pub(super) fn alias(word: &str) -> Result<String> {
    if word.len() > ALIAS { Err(wrong(word, "alias too long")) } else { Ok(word.to_owned()) }
}

pub(super) fn link_mode(word: &str) -> Result<u8> {
    match word.to_ascii_lowercase().as_str() {
        "default" => Ok(IF_LINK_MODE_DEFAULT),
        "dormant" => Ok(IF_LINK_MODE_DORMANT),
        _ => Err(wrong(word, "Invalid link mode")),
    }
}

pub(super) fn operstate(word: &str) -> Result<u8> {
    let named = |(_, name): &&(u8, &str)| {
        name.strip_prefix("IF_OPER_").is_some_and(|name| name.eq_ignore_ascii_case(word))
    };
    let found = OPERSTATES.iter().find(named);
    found.map(|(state, _)| *state).ok_or_else(|| wrong(word, "Invalid operstate"))
}

pub(super) fn addr_gen_mode(word: &str) -> Result<u8> {
    match word.to_ascii_lowercase().as_str() {
        "eui64" => Ok(IN6_ADDR_GEN_MODE_EUI64),
        "none" => Ok(IN6_ADDR_GEN_MODE_NONE),
        "stable_secret" => Ok(IN6_ADDR_GEN_MODE_STABLE_PRIVACY),
        "random" => Ok(IN6_ADDR_GEN_MODE_RANDOM),
        _ => Err(wrong(word, "Invalid address generation mode")),
    }
}

/// A reason, by its number or its name, and whether it is one now.
pub(super) fn reason(words: &mut Words<'_>) -> Result<(u32, u32)> {
    let word = words.value()?;
    let reason = Named::proto_down_reasons().number(word).or_else(|| number(word));
    let bit = reason.and_then(|reason| 1_u32.checked_shl(reason));
    let bit = bit.ok_or_else(|| wrong(word, "invalid protodown reason"))?;
    let on = words.one_of_switch("protodown_reason", NEITHER)?;
    Ok((if on { bit } else { 0 }, bit))
}
