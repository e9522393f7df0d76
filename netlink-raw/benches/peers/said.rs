//! What each of the libraries is given, and what it is asked for.

use std::borrow::Cow;

/// A veth pair as the runtime makes it: one end on a bridge and up, the other in the container's namespace.
pub(crate) struct Pair<'a> {
    pub(crate) host: &'a str,
    pub(crate) bridge: u32,
    pub(crate) mtu: u32,
    pub(crate) inside: &'a str,
    pub(crate) address: [u8; 6],
    pub(crate) namespace: i32,
    pub(crate) seq: u32,
}

/// The pair that is encoded.
pub(crate) const PAIR: Pair<'static> = Pair {
    host: "veth3f2a9c1",
    bridge: 7,
    mtu: 1500,
    inside: "eth0",
    address: [0x02, 0x42, 0x0a, 0x01, 0x00, 0x02],
    namespace: 11,
    seq: 42,
};

/// What `ip link show` tells of a link.
#[derive(Default)]
pub(crate) struct Shown<'a> {
    pub(crate) index: u32,
    pub(crate) flags: u32,
    pub(crate) name: Cow<'a, str>,
    pub(crate) mtu: u32,
    pub(crate) master: u32,
    pub(crate) link: u32,
    pub(crate) address: Cow<'a, [u8]>,
    pub(crate) operstate: u8,
    pub(crate) kind: Cow<'a, str>,
}

impl Shown<'_> {
    /// One number that all of it goes into.
    fn sum(&self) -> u64 {
        let numbers = [self.index, self.flags, self.mtu, self.master, self.link, self.operstate.into()];
        let texts = [self.name.as_bytes(), &self.address, self.kind.as_bytes()];
        let numbers = (1..).zip(numbers).map(|(weight, number)| weight * u64::from(number));
        let bytes =
            (7..).zip(texts).map(|(weight, text)| weight * text.iter().copied().map(u64::from).sum::<u64>());
        numbers.chain(bytes).sum()
    }
}

/// What was found in a whole dump.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Total {
    pub(crate) links: u32,
    pub(crate) sum: u64,
    /// Whether NLMSG_DONE was found.
    pub(crate) done: bool,
}

impl Total {
    pub(crate) fn add(&mut self, shown: &Shown<'_>) {
        self.links += 1;
        self.sum += shown.sum();
    }
}
