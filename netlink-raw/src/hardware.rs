//! Hardware addresses.

use std::fmt::{self, Write as _};
use std::ops::Deref;

/// Bytes of an address that lie in place. Ethernet has 6, InfiniBand 20 (`INFINIBAND_ALEN`).
const IN_PLACE: usize = 22;

/// A hardware address, of any length: 6 bytes for Ethernet. `Display` writes it as `02:42:0a:01:00:02`.
///
/// The kernel takes at most 32 bytes (`MAX_ADDR_LEN` in `linux/netdevice.h`). A longer one can be sent too, and is
/// refused in the kernel's words.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct HardwareAddress(Bytes);

/// An address of one length is always of one kind, and what is behind it in place is 0: so they can be compared.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Bytes {
    InPlace { length: u8, bytes: [u8; IN_PLACE] },
    Longer(Box<[u8]>),
}

impl Deref for HardwareAddress {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Bytes::InPlace { length, bytes } => &bytes[..usize::from(*length)],
            Bytes::Longer(bytes) => bytes,
        }
    }
}

/// One of no bytes.
impl Default for HardwareAddress {
    fn default() -> Self {
        [].into()
    }
}

impl From<&[u8]> for HardwareAddress {
    fn from(address: &[u8]) -> Self {
        let mut bytes = [0; IN_PLACE];
        Self(match (bytes.get_mut(..address.len()), u8::try_from(address.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(address);
                Bytes::InPlace { length, bytes }
            }
            _ => Bytes::Longer(address.into()),
        })
    }
}

impl<const N: usize> From<[u8; N]> for HardwareAddress {
    fn from(address: [u8; N]) -> Self {
        address.as_slice().into()
    }
}

impl From<Vec<u8>> for HardwareAddress {
    fn from(address: Vec<u8>) -> Self {
        address.as_slice().into()
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
        for length in 0..=IN_PLACE + 20 {
            let bytes = vec![0x0a; length];
            let address = HardwareAddress::from(&bytes[..]);
            assert_eq!(address[..], bytes[..]);
            assert_eq!(address, bytes.iter().copied().collect());
            assert_eq!(address.to_string(), vec!["0a"; length].join(":"));
        }
        assert_ne!(HardwareAddress::from([1]), HardwareAddress::from([1, 0]));
    }
}
