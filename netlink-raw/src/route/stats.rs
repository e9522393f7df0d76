//! What links have counted: `struct if_stats_msg`, `IFLA_STATS_LINK_64` and `struct rtnl_link_stats64` (Linux 4.7). An
//! answer for a link is a tenth of what RTM_GETLINK tells of it.
//!
//! Sources: rtnetlink(7), `include/uapi/linux/if_link.h`, `rtnl_stats_dump()` in `net/core/rtnetlink.c`.

use super::{open, request};
use crate::kernel::{IFLA_STATS_LINK_64, NLM_F_DUMP, RTM_GETSTATS, RTM_NEWSTATS};
use crate::wire::{Message, Writer};
use crate::{Decode, Error, Request};

/// Bytes of `struct if_stats_msg`.
const HEADER: usize = 12;

/// What a link has counted since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// The link.
    pub index: u32,
    /// What it received.
    pub received: Traffic,
    /// What it sent.
    pub sent: Traffic,
}

/// What passed a link one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    /// Packets.
    pub packets: u64,
    /// Their bytes, with the header of the link.
    pub bytes: u64,
    /// Packets that were broken.
    pub errors: u64,
    /// Packets that there was no room for.
    pub dropped: u64,
}

impl Stats {
    /// Asks for what all links have counted.
    ///
    /// # Errors
    /// None so far.
    pub fn dump() -> Result<Request, Error> {
        // A bit for each attribute that is wanted, the first for the attribute 1.
        let wanted = 1_u32 << (IFLA_STATS_LINK_64 - 1);
        let mut header = [0; HEADER];
        header[8..].copy_from_slice(&wanted.to_ne_bytes());
        let body = Writer::with_header(&header);
        request(RTM_GETSTATS, NLM_F_DUMP, body, "list what links have counted")
    }
}

impl Decode for Stats {
    fn decode(message: &Message<'_>) -> Result<Self, Error> {
        let (header, attributes) =
            open::<HEADER>(message, &[RTM_NEWSTATS, RTM_GETSTATS], "link's statistics")?;
        let [_, _, _, _, a, b, c, d, ..] = header;
        let mut found = Self { index: u32::from_ne_bytes([a, b, c, d]), ..Self::default() };
        for attribute in attributes {
            let attribute = attribute?;
            if attribute.kind == IFLA_STATS_LINK_64 {
                // Packets, bytes, errors, dropped: a pair of numbers each, what was received first.
                let (numbers, _) = attribute.payload.as_chunks::<8>();
                let number = |place: usize| numbers.get(place).copied().map_or(0, u64::from_ne_bytes);
                let way = |way: usize| Traffic {
                    packets: number(way),
                    bytes: number(2 + way),
                    errors: number(4 + way),
                    dropped: number(6 + way),
                };
                (found.received, found.sent) = (way(0), way(1));
            }
        }
        Ok(found)
    }
}
