//! Few bytes, kept where they are used, without an allocation.

use std::ops::Deref;

/// How many they are at most.
const LONGEST: usize = 15;

/// Up to 15 bytes, zeros behind them, and in the last byte how many they are: always the same for the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(align(8))]
pub(crate) struct InPlace([u8; LONGEST + 1]);

impl InPlace {
    /// `None` where they are more.
    #[inline]
    pub(crate) fn new(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > LONGEST {
            return None;
        }
        let (low, high) = bytes.split_at_checked(8).unwrap_or((bytes, &[]));
        let all = u128::from(word(low)) | u128::from(word(high)) << 64 | (bytes.len() as u128) << 120;
        Some(Self(all.to_le_bytes()))
    }
}

/// Up to eight bytes as one number. They are put together in a register, as a processor that reads several bytes at once
/// where they were just written one by one waits until all of them have arrived: longer than an allocation takes.
#[inline]
fn word(bytes: &[u8]) -> u64 {
    match bytes.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

impl Deref for InPlace {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        let [bytes @ .., length] = &self.0;
        bytes.get(..usize::from(*length)).unwrap_or_default()
    }
}
