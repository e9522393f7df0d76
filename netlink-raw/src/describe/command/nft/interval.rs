//! What is in sets, in `nft`'s words: keys, ranges and prefixes, and what stands beside them.

use super::load::What;
use super::prefix;
use super::rule;
use super::time;
use super::value::shown;
use crate::describe::Names;
use crate::kernel::NFT_SET_ELEM_INTERVAL_END;
use crate::nft::{Counter, Data, Element, Type};

/// Elements in braces: keys by what was loaded, if that is one thing, or else by their type.
pub(super) fn elements(
    elements: &[Element],
    what: Option<What>,
    (key, data): (Type, Option<Type>),
    names: &dyn Names,
) -> Option<String> {
    let show = |bytes: &[u8]| what.and_then(|what| shown(what, bytes, names)).or_else(|| key.show(bytes));
    let value = |element: &Element| match &element.data {
        None => Some(String::new()),
        Some(Data::Verdict(verdict)) => Some(format!(" : {}", rule::verdict(verdict)?)),
        Some(Data::Value(bytes)) => Some(format!(" : {}", data?.show(bytes)?)),
    };
    let texts: Option<Vec<String>> = intervals(elements, &show)
        .into_iter()
        .map(|(text, element)| Some(format!("{}{}{}", text?, beside(element), value(element)?)))
        .collect();
    Some(format!("{{ {} }}", texts?.join(", ")))
}

/// What stands between an element's key and its data.
pub(super) fn beside(element: &Element) -> String {
    let timeout = element.timeout.map(|timeout| format!(" timeout {}", time(timeout)));
    let counter = element.counter.map(|Counter { packets, bytes }| match (packets, bytes) {
        (0, 0) => " counter".to_owned(),
        _ => format!(" counter packets {packets} bytes {bytes}"),
    });
    let comment = element.comment.as_ref().map(|comment| format!(" comment \"{comment}\""));
    let object = element.object.as_ref().map(|object| format!(" : \"{object}\""));
    [timeout, counter, comment, object].into_iter().flatten().collect()
}

/// Keys, or, where ends of intervals are among them, ranges from each start to the end behind it.
pub(super) fn intervals<'a>(
    elements: &'a [Element],
    show: &dyn Fn(&[u8]) -> Option<String>,
) -> Vec<(Option<String>, &'a Element)> {
    let is_end = |element: &Element| element.flags & NFT_SET_ELEM_INTERVAL_END != 0;
    if !elements.iter().any(is_end) {
        return elements
            .iter()
            .map(|element| (key(element, show).filter(|_| element.flags == 0), element))
            .collect();
    }
    let mut sorted: Vec<&Element> = elements.iter().collect();
    // Where one ends and the next begins, the end comes first.
    sorted.sort_by_key(|element| (element.key.clone(), !is_end(element)));
    let mut found = Vec::new();
    let mut rest = sorted.into_iter().peekable();
    while let Some(start) = rest.next() {
        if is_end(start) {
            continue;
        }
        let end = rest.peek().map(|next| next.key.clone());
        found.push((interval(&start.key, end.as_deref(), show), start));
    }
    found
}

/// A key, or a range for each of its parts.
fn key(element: &Element, show: &dyn Fn(&[u8]) -> Option<String>) -> Option<String> {
    const BETWEEN: &str = " . ";
    let start = show(&element.key)?;
    let Some(end) = &element.key_end else { return Some(start) };
    let end = show(end)?;
    let (starts, ends): (Vec<_>, Vec<_>) = (start.split(BETWEEN).collect(), end.split(BETWEEN).collect());
    let range = |(first, last): (&&str, &&str)| {
        if first == last { (*first).to_owned() } else { format!("{first}-{last}") }
    };
    // One whose type is not known is no list of parts.
    (starts.len() > 1 && starts.len() == ends.len())
        .then(|| starts.iter().zip(&ends).map(range).collect::<Vec<_>>().join(BETWEEN))
}

/// From a key up to the one before `end`, or to the last there is.
fn interval(start: &[u8], end: Option<&[u8]>, show: &dyn Fn(&[u8]) -> Option<String>) -> Option<String> {
    let last = match end {
        Some(end) if end.len() == start.len() => before(end)?,
        Some(_) => return None,
        None => vec![0xff; start.len()],
    };
    if last == start {
        return show(start);
    }
    let differ: Vec<u8> = start.iter().zip(&last).map(|(a, b)| a ^ b).collect();
    // A prefix: the same bits before, and then all zeros up to all ones.
    let inverted: Vec<u8> = differ.iter().map(|byte| !byte).collect();
    let zeros = start.iter().zip(&differ).all(|(byte, differ)| byte & differ == 0);
    if matches!(start.len(), 4 | 16)
        && zeros
        && show(start)?.contains(['.', ':'])
        && let Some(length) = prefix(&inverted)
    {
        return Some(format!("{}/{length}", show(start)?));
    }
    Some(format!("{}-{}", show(start)?, show(&last)?))
}

/// One less, as a number of the network's.
fn before(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut less = bytes.to_vec();
    for byte in less.iter_mut().rev() {
        let (lower, borrowed) = byte.overflowing_sub(1);
        *byte = lower;
        if !borrowed {
            return Some(less);
        }
    }
    None
}
