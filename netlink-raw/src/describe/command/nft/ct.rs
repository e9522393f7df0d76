//! What rules ask of a connection, in `nft`'s words.

use super::load::What;
#[allow(clippy::wildcard_imports, reason = "twenty names of keys")]
use crate::kernel::*;

/// What `key` loads, of the packets that go in `direction` where it is said.
pub(super) fn load(key: u32, direction: Option<u8>) -> Option<(String, What)> {
    let (name, what) = match key {
        NFT_CT_STATE => ("state", What::State),
        NFT_CT_STATUS => ("status", What::Status),
        NFT_CT_MARK => ("mark", What::Mark),
        NFT_CT_DIRECTION => ("direction", What::Direction),
        NFT_CT_EXPIRATION => ("expiration", What::Time),
        NFT_CT_HELPER => ("helper", What::Name),
        NFT_CT_L3PROTOCOL => ("l3proto", What::Family),
        NFT_CT_PROTOCOL => ("protocol", What::Protocol),
        NFT_CT_PROTO_SRC => ("proto-src", What::Port),
        NFT_CT_PROTO_DST => ("proto-dst", What::Port),
        NFT_CT_ZONE => ("zone", What::Number),
        NFT_CT_PKTS => ("packets", What::Number),
        NFT_CT_BYTES => ("bytes", What::Number),
        NFT_CT_AVGPKT => ("avgpkt", What::Number),
        NFT_CT_ID => ("id", What::Big),
        NFT_CT_SRC_IP => ("ip saddr", What::Address(4)),
        NFT_CT_DST_IP => ("ip daddr", What::Address(4)),
        NFT_CT_SRC_IP6 => ("ip6 saddr", What::Address(16)),
        NFT_CT_DST_IP6 => ("ip6 daddr", What::Address(16)),
        _ => return None,
    };
    Some(match direction {
        Some(direction) => (format!("ct {} {name}", way(direction)?), what),
        None => (format!("ct {name}"), what),
    })
}

/// The packets of who began, or those that answer.
pub(super) fn way(direction: u8) -> Option<&'static str> {
    match direction {
        IP_CT_DIR_ORIGINAL => Some("original"),
        IP_CT_DIR_REPLY => Some("reply"),
        _ => None,
    }
}
