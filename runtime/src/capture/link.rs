//! What the bytes of a device are, by its hardware.
//!
//! Source: `include/uapi/linux/if_arp.h` of the kernel; the registry of link types, <https://www.tcpdump.org/linktypes.html>.

use crate::sys::packet::Layer;

/// `ARPHRD_ETHER`.
const ETHER: u16 = 1;
/// `ARPHRD_LOOPBACK`: its packets have an Ethernet header too.
pub(super) const LOOPBACK: u16 = 772;
/// `ARPHRD_NETLINK`.
pub(super) const NETLINK: u16 = 824;

/// What stands at the beginning of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Link {
    /// An Ethernet header.
    Ethernet,
    /// The header of IPv4 or IPv6. So is taken whatever is no Ethernet: tun, tunnels, PPP.
    Raw,
    /// Sixteen bytes that tell how a netlink datagram passed.
    Netlink,
}

impl Link {
    /// Of a device with this `ARPHRD_*`.
    pub(super) const fn of(hardware: u16) -> Self {
        match hardware {
            ETHER | LOOPBACK => Self::Ethernet,
            NETLINK => Self::Netlink,
            _ => Self::Raw,
        }
    }

    /// Its number in a file (`LINKTYPE_*`).
    pub(super) const fn number(self) -> u16 {
        match self {
            Self::Ethernet => 1,
            Self::Raw => 101,
            Self::Netlink => 253,
        }
    }

    /// Its number for the filter library (`DLT_*`), which is another one where systems differ.
    #[cfg(feature = "pcap")]
    pub(super) const fn of_library(self) -> i32 {
        match self {
            Self::Ethernet => 1,
            Self::Raw => 12,
            Self::Netlink => 253,
        }
    }

    /// Its name and what it is, as tcpdump has them.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Ethernet => "EN10MB (Ethernet)",
            Self::Raw => "RAW (Raw IP)",
            Self::Netlink => "NETLINK (Linux netlink)",
        }
    }

    /// Where the socket is to begin.
    pub(super) const fn layer(self) -> Layer {
        match self {
            Self::Ethernet => Layer::Link,
            Self::Raw | Self::Netlink => Layer::Network,
        }
    }
}
