//! `ip address`.

use std::net::IpAddr;

use super::{Words, found, last_word, link_name, verb};
use crate::Decode;
use crate::describe::Names;
use crate::describe::shape::known;
use crate::kernel::{
    AF_INET, AF_INET6, IFA_ADDRESS, IFA_ANYCAST, IFA_BROADCAST, IFA_CACHEINFO, IFA_F_HOMEADDRESS,
    IFA_F_MANAGETEMPADDR, IFA_F_MCAUTOJOIN, IFA_F_NODAD, IFA_F_NOPREFIXROUTE, IFA_FLAGS, IFA_LABEL,
    IFA_LOCAL, IFA_RT_PRIORITY, RT_SCOPE_HOST, RTM_DELADDR, RTM_GETADDR, SCOPES,
};
use crate::route::{Address, Lifetime};
use crate::wire::Message;

/// The flags that `ip` can set, and its words for them.
const FLAGS: [(u32, &str); 5] = [
    (IFA_F_NODAD, "nodad"),
    (IFA_F_HOMEADDRESS, "home"),
    (IFA_F_MANAGETEMPADDR, "mngtmpaddr"),
    (IFA_F_NOPREFIXROUTE, "noprefixroute"),
    (IFA_F_MCAUTOJOIN, "autojoin"),
];

/// What there are words for.
const KNOWN: &[u16] = &[
    IFA_ADDRESS,
    IFA_LOCAL,
    IFA_LABEL,
    IFA_BROADCAST,
    IFA_ANYCAST,
    IFA_CACHEINFO,
    IFA_FLAGS,
    IFA_RT_PRIORITY,
];

pub(super) fn command(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let address = Address::decode(message).ok()?;
    if message.header.kind != RTM_GETADDR {
        found::knows::<8>(message, KNOWN)?;
    }
    match message.header.kind {
        RTM_GETADDR => Some(show(&address, message.payload.first().copied()?, names)),
        RTM_DELADDR => change(&address, Words::new("ip address del"), 0, names),
        _ => {
            let mut words = Words::new("ip address");
            words.word(verb(message.header.flags));
            // `ip` gives loopback addresses this scope unless told otherwise.
            let usual = match address.local.or(address.address) {
                Some(IpAddr::V4(four)) if four.is_loopback() => RT_SCOPE_HOST,
                _ => 0,
            };
            change(&address, words, usual, names)
        }
    }
}

fn show(address: &Address, family: u8, names: &dyn Names) -> Words {
    let mut words = Words::new(match family {
        AF_INET => "ip -4 address show",
        AF_INET6 => "ip -6 address show",
        _ => "ip address show",
    });
    if address.index != 0 {
        words.option("dev", link_name(address.index, names));
    }
    words
}

fn change(address: &Address, mut words: Words, usual_scope: u8, names: &dyn Names) -> Option<Words> {
    let prefix = address.prefix_len;
    match (address.local, address.address) {
        (Some(local), Some(peer)) if local != peer => {
            words.word(&local.to_string());
            words.option("peer", format!("{peer}/{prefix}"));
        }
        (local, other) => words.word(&format!("{}/{prefix}", local.or(other)?)),
    }
    words.some("broadcast", address.broadcast);
    words.some("label", address.label.as_ref());
    if address.scope != usual_scope {
        words.option("scope", scope(address.scope));
    }
    let mut flags = address.flags;
    for (flag, word) in FLAGS {
        if flags & flag != 0 {
            words.word(word);
            flags &= !flag;
        }
    }
    if flags != 0 {
        return None;
    }
    words.some("metric", address.metric);
    words.some("anycast", address.anycast);
    if let Some(Lifetime { valid, preferred }) = address.lifetime {
        words.option("valid_lft", seconds(valid));
        words.option("preferred_lft", seconds(preferred));
    }
    words.option("dev", link_name(address.index, names));
    Some(words)
}

/// A time as `ip` takes it.
fn seconds(seconds: u32) -> String {
    if seconds == u32::MAX { "forever".to_owned() } else { seconds.to_string() }
}

/// What `ip` calls a scope.
pub(super) fn scope(scope: u8) -> String {
    match known(SCOPES, scope) {
        Some("RT_SCOPE_UNIVERSE") => "global".to_owned(),
        Some(name) => last_word(name),
        None => scope.to_string(),
    }
}
