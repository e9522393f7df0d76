//! Statements of rules that Pontoon itself does not make, in `nft`'s words.

use std::collections::BTreeMap;

use crate::describe::tables::{
    NFTA_CONNLIMIT_COUNT, NFTA_CONNLIMIT_FLAGS, NFTA_LIMIT_BURST, NFTA_LIMIT_FLAGS, NFTA_LIMIT_RATE,
    NFTA_LIMIT_TYPE, NFTA_LIMIT_UNIT, NFTA_LOG_GROUP, NFTA_LOG_LEVEL, NFTA_LOG_PREFIX, NFTA_LOG_SNAPLEN,
    NFTA_QUEUE_NUM, NFTA_QUEUE_TOTAL, NFTA_QUOTA_BYTES, NFTA_QUOTA_FLAGS, NFTA_REDIR_REG_PROTO_MIN,
    NFTA_REJECT_ICMP_CODE, NFTA_REJECT_TYPE,
};
use crate::kernel::{
    NFPROTO_INET, NFPROTO_IPV4, NFPROTO_IPV6, NFT_CT_MARK, NFT_META_MARK, NFTA_CT_KEY, NFTA_CT_SREG,
    NFTA_META_KEY, NFTA_META_SREG,
};
use crate::wire::{Attribute, Attributes};

/// The attributes of an expression.
struct Found<'a>(Vec<Attribute<'a>>);

impl<'a> Found<'a> {
    fn get(&self, kind: u16) -> Option<&Attribute<'a>> {
        self.0.iter().find(|attribute| attribute.kind == kind)
    }

    fn number(&self, kind: u16) -> Option<u32> {
        self.get(kind)?.u32_be().ok()
    }

    fn wide(&self, kind: u16) -> Option<u64> {
        self.get(kind)?.u64_be().ok()
    }

    fn half(&self, kind: u16) -> Option<u16> {
        self.get(kind)?.u16_be().ok()
    }
}

/// The statement; `None` where nobody here knows the words. `values` are in registers.
pub(super) fn text(name: &str, data: &[u8], values: &BTreeMap<u32, Vec<u8>>, family: u8) -> Option<String> {
    let found = Found(Attributes::new(data).collect::<Result<_, _>>().ok()?);
    Some(match name {
        "limit" => limit(&found)?,
        "log" => log(&found)?,
        "reject" => reject(&found, family)?,
        "notrack" => "notrack".to_owned(),
        "queue" if found.half(NFTA_QUEUE_TOTAL).unwrap_or(1) == 1 => {
            format!("queue num {}", found.half(NFTA_QUEUE_NUM)?)
        }
        "connlimit" => {
            let over = found.number(NFTA_CONNLIMIT_FLAGS).unwrap_or_default() & 1 != 0;
            format!("ct count {}{}", if over { "over " } else { "" }, found.number(NFTA_CONNLIMIT_COUNT)?)
        }
        "quota" => {
            let over = found.number(NFTA_QUOTA_FLAGS).unwrap_or_default() & 1 != 0;
            format!("quota {}{}", if over { "over " } else { "" }, bytes(found.wide(NFTA_QUOTA_BYTES)?))
        }
        "redir" => match found.number(NFTA_REDIR_REG_PROTO_MIN) {
            None => "redirect".to_owned(),
            Some(register) => {
                let port = values.get(&register)?;
                format!("redirect to :{}", u16::from_be_bytes(port.as_slice().try_into().ok()?))
            }
        },
        "meta" if found.number(NFTA_META_KEY) == Some(NFT_META_MARK) => {
            format!("meta mark set {}", mark(values, found.number(NFTA_META_SREG)?)?)
        }
        "ct" if found.number(NFTA_CT_KEY) == Some(NFT_CT_MARK) => {
            format!("ct mark set {}", mark(values, found.number(NFTA_CT_SREG)?)?)
        }
        _ => return None,
    })
}

fn mark(values: &BTreeMap<u32, Vec<u8>>, register: u32) -> Option<String> {
    let value = values.get(&register)?;
    Some(format!("{:#x}", u32::from_ne_bytes(value.as_slice().try_into().ok()?)))
}

/// The largest unit that leaves nothing over.
fn bytes(number: u64) -> String {
    for (unit, name) in [(1 << 20, "mbytes"), (1 << 10, "kbytes")] {
        if number != 0 && number.is_multiple_of(unit) {
            return format!("{} {name}", number / unit);
        }
    }
    format!("{number} bytes")
}

fn limit(found: &Found<'_>) -> Option<String> {
    /// What `nft` takes for packets that it is not told.
    const BURST: u32 = 5;
    let unit = match found.wide(NFTA_LIMIT_UNIT)? {
        1 => "second",
        60 => "minute",
        3600 => "hour",
        86_400 => "day",
        604_800 => "week",
        _ => return None,
    };
    let (rate, burst) = (found.wide(NFTA_LIMIT_RATE)?, found.number(NFTA_LIMIT_BURST).unwrap_or_default());
    let over = if found.number(NFTA_LIMIT_FLAGS).unwrap_or_default() & 1 != 0 { "over " } else { "" };
    Some(match (found.number(NFTA_LIMIT_TYPE).unwrap_or_default(), burst) {
        (0, BURST) => format!("limit rate {over}{rate}/{unit}"),
        (0, burst) => format!("limit rate {over}{rate}/{unit} burst {burst} packets"),
        (1, 0) => format!("limit rate {over}{}/{unit}", bytes(rate)),
        (1, burst) => format!("limit rate {over}{}/{unit} burst {}", bytes(rate), bytes(burst.into())),
        _ => return None,
    })
}

fn log(found: &Found<'_>) -> Option<String> {
    const LEVELS: [&str; 9] = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug", "audit"];
    let mut words = vec!["log".to_owned()];
    for attribute in &found.0 {
        match attribute.kind {
            NFTA_LOG_PREFIX => words.push(format!("prefix \"{}\"", attribute.str())),
            NFTA_LOG_LEVEL => {
                let level = usize::try_from(attribute.u32_be().ok()?).ok()?;
                words.push(format!("level {}", LEVELS.get(level)?));
            }
            NFTA_LOG_GROUP => words.push(format!("group {}", attribute.u16_be().ok()?)),
            NFTA_LOG_SNAPLEN => words.push(format!("snaplen {}", attribute.u32_be().ok()?)),
            _ => return None,
        }
    }
    Some(words.join(" "))
}

fn reject(found: &Found<'_>, family: u8) -> Option<String> {
    const ANY: [&str; 4] = ["no-route", "port-unreachable", "host-unreachable", "admin-prohibited"];
    const FOUR: [(u8, &str); 6] = [
        (0, "net-unreachable"),
        (1, "host-unreachable"),
        (2, "prot-unreachable"),
        (3, "port-unreachable"),
        (10, "host-prohibited"),
        (13, "admin-prohibited"),
    ];
    const SIX: [(u8, &str); 4] =
        [(0, "no-route"), (1, "admin-prohibited"), (3, "addr-unreachable"), (4, "port-unreachable")];
    let code = found.get(NFTA_REJECT_ICMP_CODE).and_then(|attribute| attribute.u8().ok()).unwrap_or_default();
    let of =
        |table: &[(u8, &'static str)]| table.iter().find(|(known, _)| *known == code).map(|(_, name)| *name);
    Some(match (found.number(NFTA_REJECT_TYPE)?, family, code) {
        (1, ..) => "reject with tcp reset".to_owned(),
        // What `nft` sends if it is not told.
        (2, NFPROTO_INET, 1) | (0, NFPROTO_IPV4, 3) | (0, NFPROTO_IPV6, 4) => "reject".to_owned(),
        (2, ..) => format!("reject with icmpx type {}", ANY.get(usize::from(code))?),
        (0, NFPROTO_IPV4, _) => format!("reject with icmp type {}", of(&FOUR)?),
        (0, NFPROTO_IPV6, _) => format!("reject with icmpv6 type {}", of(&SIX)?),
        _ => return None,
    })
}
