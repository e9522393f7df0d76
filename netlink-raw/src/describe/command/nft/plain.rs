//! Statements that take nothing from a register, in `nft`'s words. Objects and sets have them too.

use super::Found;
#[allow(clippy::wildcard_imports, reason = "thirty names of attributes")]
use crate::describe::tables::*;
use crate::kernel::{NFPROTO_INET, NFPROTO_IPV4, NFPROTO_IPV6, NFTA_COUNTER_BYTES, NFTA_COUNTER_PACKETS};
use crate::wire::Attributes;

/// The statement; `None` where nobody here knows the words.
pub(super) fn text(name: &str, data: &[u8]) -> Option<String> {
    let found = Found::of(Attributes::new(data))?;
    Some(match name {
        "counter" => match (found.u64_be(NFTA_COUNTER_PACKETS), found.u64_be(NFTA_COUNTER_BYTES)) {
            (None | Some(0), None | Some(0)) => "counter".to_owned(),
            (packets, bytes) => {
                format!("counter packets {} bytes {}", packets.unwrap_or_default(), bytes.unwrap_or_default())
            }
        },
        "limit" => limit(&found)?,
        "log" => log(&found)?,
        "notrack" => "notrack".to_owned(),
        "queue" => queue(&found)?,
        "connlimit" => {
            found.only(&[NFTA_CONNLIMIT_COUNT, NFTA_CONNLIMIT_FLAGS])?;
            let over = found.u32_be(NFTA_CONNLIMIT_FLAGS).unwrap_or_default() & 1 != 0;
            format!("ct count {}{}", if over { "over " } else { "" }, found.u32_be(NFTA_CONNLIMIT_COUNT)?)
        }
        "quota" => {
            found.only(&[NFTA_QUOTA_BYTES, NFTA_QUOTA_FLAGS, NFTA_QUOTA_CONSUMED])?;
            let over = if found.u32_be(NFTA_QUOTA_FLAGS).unwrap_or_default() & 1 != 0 { "over " } else { "" };
            match found.u64_be(NFTA_QUOTA_CONSUMED).filter(|consumed| *consumed != 0) {
                None => format!("quota {over}{}", bytes(found.u64_be(NFTA_QUOTA_BYTES)?)),
                Some(used) => {
                    format!("quota {over}{} used {}", bytes(found.u64_be(NFTA_QUOTA_BYTES)?), bytes(used))
                }
            }
        }
        "synproxy" => synproxy(&found)?,
        "flow_offload" => format!("flow add @{}", found.text(NFTA_FLOW_TABLE_NAME)?),
        _ => return None,
    })
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
    let unit = match found.u64_be(NFTA_LIMIT_UNIT)? {
        1 => "second",
        60 => "minute",
        3600 => "hour",
        86_400 => "day",
        604_800 => "week",
        _ => return None,
    };
    let (rate, burst) = (found.u64_be(NFTA_LIMIT_RATE)?, found.u32_be(NFTA_LIMIT_BURST).unwrap_or_default());
    let over = if found.u32_be(NFTA_LIMIT_FLAGS).unwrap_or_default() & 1 != 0 { "over " } else { "" };
    Some(match (found.u32_be(NFTA_LIMIT_TYPE).unwrap_or_default(), burst) {
        (0, BURST) => format!("limit rate {over}{rate}/{unit}"),
        (0, burst) => format!("limit rate {over}{rate}/{unit} burst {burst} packets"),
        (1, 0) => format!("limit rate {over}{}/{unit}", bytes(rate)),
        (1, burst) => format!("limit rate {over}{}/{unit} burst {}", bytes(rate), bytes(burst.into())),
        _ => return None,
    })
}

fn log(found: &Found<'_>) -> Option<String> {
    const LEVELS: [&str; 9] = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug", "audit"];
    const ALL: u32 = 0x2f;
    const FLAGS: [(u32, &str); 6] = [
        (0x3, "tcp sequence,options"),
        (0x1, "tcp sequence"),
        (0x2, "tcp options"),
        (0x4, "ip options"),
        (0x8, "skuid"),
        (0x20, "ether"),
    ];
    let mut words = vec!["log".to_owned()];
    for attribute in found.all() {
        match attribute.kind {
            NFTA_LOG_PREFIX => words.push(format!("prefix \"{}\"", attribute.str())),
            NFTA_LOG_LEVEL => {
                let level = usize::try_from(attribute.u32_be().ok()?).ok()?;
                words.push(format!("level {}", LEVELS.get(level)?));
            }
            NFTA_LOG_GROUP => words.push(format!("group {}", attribute.u16_be().ok()?)),
            NFTA_LOG_SNAPLEN => words.push(format!("snaplen {}", attribute.u32_be().ok()?)),
            NFTA_LOG_QTHRESHOLD => words.push(format!("queue-threshold {}", attribute.u16_be().ok()?)),
            NFTA_LOG_FLAGS => {
                let mut flags = attribute.u32_be().ok()?;
                if flags == ALL {
                    words.push("flags all".to_owned());
                    continue;
                }
                for (flag, name) in FLAGS {
                    if flags & flag == flag {
                        words.push(format!("flags {name}"));
                        flags &= !flag;
                    }
                }
                (flags == 0).then_some(())?;
            }
            _ => return None,
        }
    }
    Some(words.join(" "))
}

fn queue(found: &Found<'_>) -> Option<String> {
    found.only(&[NFTA_QUEUE_NUM, NFTA_QUEUE_TOTAL, NFTA_QUEUE_FLAGS])?;
    let (first, total) = (found.u16_be(NFTA_QUEUE_NUM)?, found.u16_be(NFTA_QUEUE_TOTAL).unwrap_or(1));
    let last = first.checked_add(total.checked_sub(1)?)?;
    let numbers = if last == first { first.to_string() } else { format!("{first}-{last}") };
    Some(match found.u16_be(NFTA_QUEUE_FLAGS).unwrap_or_default() {
        0 => format!("queue num {numbers}"),
        1 => format!("queue num {numbers} bypass"),
        2 => format!("queue num {numbers} fanout"),
        3 => format!("queue num {numbers} fanout,bypass"),
        _ => return None,
    })
}

fn synproxy(found: &Found<'_>) -> Option<String> {
    const FLAGS: [(u32, &str); 2] = [(8, "timestamp"), (4, "sack-perm")];
    found.only(&[NFTA_SYNPROXY_MSS, NFTA_SYNPROXY_WSCALE, NFTA_SYNPROXY_FLAGS])?;
    let flags = found.u32_be(NFTA_SYNPROXY_FLAGS).unwrap_or_default();
    let mut words = vec!["synproxy".to_owned()];
    words.extend(found.u16_be(NFTA_SYNPROXY_MSS).filter(|_| flags & 1 != 0).map(|mss| format!("mss {mss}")));
    words.extend(
        found.u8(NFTA_SYNPROXY_WSCALE).filter(|_| flags & 2 != 0).map(|scale| format!("wscale {scale}")),
    );
    words.extend(FLAGS.iter().filter(|(flag, _)| flags & flag != 0).map(|(_, name)| (*name).to_owned()));
    (flags & !0xf == 0).then(|| words.join(" "))
}

pub(super) fn reject(found: &Found<'_>, family: u8, asked: Option<&str>) -> Option<String> {
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
    let code = found.u8(NFTA_REJECT_ICMP_CODE).unwrap_or_default();
    let family = match asked {
        Some("ipv4") if found.u32_be(NFTA_REJECT_TYPE) == Some(0) => NFPROTO_IPV4,
        Some("ipv6") if found.u32_be(NFTA_REJECT_TYPE) == Some(0) => NFPROTO_IPV6,
        _ => family,
    };
    let of =
        |table: &[(u8, &'static str)]| table.iter().find(|(known, _)| *known == code).map(|(_, name)| *name);
    Some(match (found.u32_be(NFTA_REJECT_TYPE)?, family, code) {
        (1, ..) => "reject with tcp reset".to_owned(),
        // What `nft` sends if it is not told.
        (2, NFPROTO_INET, 1) => "reject".to_owned(),
        (0, NFPROTO_IPV4, 3) | (0, NFPROTO_IPV6, 4) if asked.is_none() => "reject".to_owned(),
        (2, ..) => format!("reject with icmpx type {}", ANY.get(usize::from(code))?),
        (0, NFPROTO_IPV4, _) => format!("reject with icmp type {}", of(&FOUR)?),
        (0, NFPROTO_IPV6, _) => format!("reject with icmpv6 type {}", of(&SIX)?),
        _ => return None,
    })
}
