//! `ip addrlabel`: which addresses go together when one is chosen.

use super::found::Found;
use super::{Words, link_name};
use crate::describe::Names;
use crate::describe::tables::{IFAL_ADDRESS, IFAL_LABEL};
use crate::kernel::{NLM_F_DUMP, RTM_DELADDRLABEL, RTM_GETADDRLABEL};
use crate::wire::{Message, field};

pub(super) fn command(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let (fixed, attributes) = message.split::<12>("label of addresses").ok()?;
    let found = Found::of(attributes)?;
    if message.header.kind == RTM_GETADDRLABEL {
        let all = message.header.flags & NLM_F_DUMP == NLM_F_DUMP;
        return all.then(|| Words::new("ip addrlabel list"));
    }
    found.only(&[IFAL_ADDRESS, IFAL_LABEL])?;
    let index = u32::from_ne_bytes(field(&fixed, 4));
    let mut words = Words::new(if message.header.kind == RTM_DELADDRLABEL {
        "ip addrlabel del"
    } else {
        "ip addrlabel add"
    });
    words.option("prefix", format!("{}/{}", found.get(IFAL_ADDRESS)?.ip().ok()?, fixed[2]));
    if index != 0 {
        words.option("dev", link_name(index, names));
    }
    words.some("label", found.u32(IFAL_LABEL));
    Some(words)
}
