//! What rules load from elsewhere than a header's fixed fields, in `nft`'s words.

use super::Found;
use super::load::{Loaded, What};
use super::text::Text;
#[allow(clippy::wildcard_imports, reason = "thirty names of attributes")]
use crate::describe::tables::*;

/// What is loaded from elsewhere than the packet.
pub(super) fn load(text: &mut Text<'_>, name: &str, found: &Found<'_>) -> Option<()> {
    let (words, what, to) = match name {
        "hash" => {
            let to = found.u32_be(NFTA_HASH_DREG)?;
            let modulus = found.u32_be(NFTA_HASH_MODULUS)?;
            let words = match found.u32_be(NFTA_HASH_TYPE).unwrap_or_default() {
                0 => format!("jhash {} mod {modulus}", text.taken()?.0),
                1 => format!("symhash mod {modulus}"),
                _ => return None,
            };
            let more = |kind| found.u32_be(kind).filter(|number| *number != 0);
            let seed = more(NFTA_HASH_SEED).map_or_else(String::new, |seed| format!(" seed {seed:#x}"));
            let offset =
                more(NFTA_HASH_OFFSET).map_or_else(String::new, |offset| format!(" offset {offset}"));
            (format!("{words}{seed}{offset}"), What::Number, to)
        }
        "numgen" => {
            let how = match found.u32_be(NFTA_NG_TYPE)? {
                0 => "inc",
                1 => "random",
                _ => return None,
            };
            let offset = found.u32_be(NFTA_NG_OFFSET).filter(|offset| *offset != 0);
            let offset = offset.map_or_else(String::new, |offset| format!(" offset {offset}"));
            let words = format!("numgen {how} mod {}{offset}", found.u32_be(NFTA_NG_MODULUS)?);
            (words, What::Number, found.u32_be(NFTA_NG_DREG)?)
        }
        "socket" => {
            let (words, what) = match found.u32_be(NFTA_SOCKET_KEY)? {
                0 => ("socket transparent", What::Big),
                1 => ("socket mark", What::Mark),
                2 => ("socket wildcard", What::Big),
                _ => return None,
            };
            (words.to_owned(), what, found.u32_be(NFTA_SOCKET_DREG)?)
        }
        _ => {
            let (words, what) = match found.u32_be(NFTA_RT_KEY)? {
                0 => ("rt classid", What::Number),
                1 => ("rt ip nexthop", What::Address(4)),
                2 => ("rt ip6 nexthop", What::Address(16)),
                3 => ("rt mtu", What::Number),
                4 => ("rt ipsec", What::Exists),
                _ => return None,
            };
            (words.to_owned(), what, found.u32_be(NFTA_RT_DREG)?)
        }
    };
    text.loaded.push(Loaded::plain(words, what, to));
    Some(())
}

/// Options of TCP that have a field with a name: type, offset, length.
const OPTIONS: [(u8, u32, u32, &str); 4] = [
    (2, 2, 2, "tcp option maxseg size"),
    (3, 2, 1, "tcp option window count"),
    (8, 2, 4, "tcp option timestamp tsval"),
    (8, 6, 4, "tcp option timestamp tsecr"),
];

const OF_TCP: u32 = 1;

pub(super) fn option_name(found: &Found<'_>) -> Option<&'static str> {
    let (kind, offset) = (found.u8(NFTA_EXTHDR_TYPE)?, found.u32_be(NFTA_EXTHDR_OFFSET)?);
    let length = found.u32_be(NFTA_EXTHDR_LEN)?;
    (found.u32_be(NFTA_EXTHDR_OP).unwrap_or_default() == OF_TCP).then_some(())?;
    OPTIONS.iter().find(|known| (known.0, known.1, known.2) == (kind, offset, length)).map(|known| known.3)
}

/// An option of TCP, or whether there is a header of IPv6's behind the first.
pub(super) fn option(text: &mut Text<'_>, found: &Found<'_>) -> Option<()> {
    const HEADERS: [(u8, &str); 5] = [(0, "hbh"), (43, "rt"), (44, "frag"), (60, "dst"), (135, "mh")];
    let register = found.u32_be(NFTA_EXTHDR_DREG)?;
    let flags = found.u32_be(NFTA_EXTHDR_FLAGS).unwrap_or_default();
    let of_ip = found.u32_be(NFTA_EXTHDR_OP).unwrap_or_default() == 0;
    let loaded = match (flags, of_ip) {
        (1, true) => {
            let kind = found.u8(NFTA_EXTHDR_TYPE)?;
            let (_, name) = HEADERS.iter().find(|(known, _)| *known == kind)?;
            Loaded { says_family: true, ..Loaded::plain(format!("exthdr {name}"), What::Exists, register) }
        }
        (0, false) => Loaded::plain(option_name(found)?, What::Big, register),
        _ => return None,
    };
    text.load(loaded, of_ip);
    Some(())
}
