//! Hardware addresses.

use std::fmt::{self, Write as _};
use std::ops::Deref;

use crate::in_place::InPlace;

/// A hardware address, made of bytes by `into()`: 6 for Ethernet. `Display` writes it as `02:42:0a:01:00:02`. One of up to
/// 15 bytes lies in place and has no allocation.
///
/// The kernel takes at most 32 bytes (`MAX_ADDR_LEN` in `linux/netdevice.h`). More can be sent too, and are refused in
/// the kernel's words.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct HardwareAddress(Bytes);

/// An address of one length is always of one kind.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Bytes {
    InPlace(InPlace),
    Longer(Box<[u8]>),
}

impl<T: AsRef<[u8]>> From<T> for HardwareAddress {
    #[inline]
    fn from(address: T) -> Self {
        let address = address.as_ref();
        Self(InPlace::new(address).map_or_else(|| Bytes::Longer(address.into()), Bytes::InPlace))
    }
}

/// One of no bytes.
impl Default for HardwareAddress {
    fn default() -> Self {
        [].into()
    }
}

impl Deref for HardwareAddress {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Bytes::InPlace(bytes) => bytes,
            Bytes::Longer(bytes) => bytes,
        }
    }
}

impl FromIterator<u8> for HardwareAddress {
    fn from_iter<I: IntoIterator<Item = u8>>(bytes: I) -> Self {
        Vec::from_iter(bytes).into()
    }
}

impl fmt::Display for HardwareAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.iter().enumerate() {
            if place != 0 {
                f.write_char(':')?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for HardwareAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A hardware address as it is written.
pub(crate) fn hardware(address: &[u8]) -> String {
    HardwareAddress::from(address).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_any_length_is_kept_and_written() {
        for length in 0..=40 {
            let bytes = vec![0x0a; length];
            let address = HardwareAddress::from(&bytes[..]);
            assert_eq!(address[..], bytes[..]);
            assert_eq!(address, bytes.iter().copied().collect());
            assert_eq!(address.to_string(), vec!["0a"; length].join(":"));
        }
        assert_ne!(HardwareAddress::from([1]), HardwareAddress::from([1, 0]));
    }
}
