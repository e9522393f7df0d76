//! Writing the body of a message: a fixed header, then attributes.

use super::align;
use crate::{Error, Name};

/// `NLA_F_NESTED`: said of an attribute that holds attributes.
const NESTED: u16 = 0x8000;

/// Bytes that most bodies do not exceed, so that they lie where they were begun.
const ROOM: usize = 256;

/// Collects the body of a message.
///
/// Nests are closures, so no length can be forgotten. An attribute that its 16-bit length field cannot
/// describe is an error, and never a length that wrapped around (which was CVE-2021-43784 in runc): the
/// first such error is kept, and [`finish`](Writer::finish) returns it.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
    error: Option<Error>,
}

impl Writer {
    /// A body without a fixed header.
    pub const fn new() -> Self {
        Self { bytes: Vec::new(), error: None }
    }

    /// A body that begins with `header`, such as the 16 bytes of `struct ifinfomsg`.
    pub fn with_header(header: &[u8]) -> Self {
        let mut writer = Self { bytes: Vec::with_capacity(ROOM), error: None };
        writer.put_header(header);
        writer
    }

    /// Appends a fixed header, padded: inside a nest that begins with one, such as `VETH_INFO_PEER`.
    pub fn put_header(&mut self, header: &[u8]) {
        self.bytes.extend_from_slice(header);
        self.pad();
    }

    /// An attribute of one byte.
    pub fn put_u8(&mut self, kind: u16, value: u8) {
        self.put_bytes(kind, &[value]);
    }

    /// An attribute of 16 bits, native-endian.
    pub fn put_u16(&mut self, kind: u16, value: u16) {
        self.put_bytes(kind, &value.to_ne_bytes());
    }

    /// An attribute of 32 bits, native-endian.
    pub fn put_u32(&mut self, kind: u16, value: u32) {
        self.put_four(kind, value.to_ne_bytes());
    }

    /// An attribute of 64 bits, native-endian.
    pub fn put_u64(&mut self, kind: u16, value: u64) {
        self.put_bytes(kind, &value.to_ne_bytes());
    }

    /// An attribute of 32 bits with a sign, native-endian.
    pub fn put_i32(&mut self, kind: u16, value: i32) {
        self.put_four(kind, value.to_ne_bytes());
    }

    /// An attribute of 16 bits, big-endian.
    pub fn put_u16_be(&mut self, kind: u16, value: u16) {
        self.put_bytes(kind, &value.to_be_bytes());
    }

    /// An attribute of 32 bits, big-endian.
    pub fn put_u32_be(&mut self, kind: u16, value: u32) {
        self.put_four(kind, value.to_be_bytes());
    }

    /// An attribute of these bytes.
    pub fn put_bytes(&mut self, kind: u16, value: &[u8]) {
        self.put(kind, value, 0);
    }

    /// An attribute of text and a NUL after it. A NUL *in* the text is an error: the kernel would take
    /// what stands before it for the whole.
    pub fn put_str(&mut self, kind: u16, value: &str) {
        self.text(kind, value.as_bytes(), 1);
    }

    /// An attribute of text without a NUL after it, as iproute2 sends some (`IFLA_IFALIAS`). A NUL in it is
    /// an error here too.
    pub fn put_text(&mut self, kind: u16, value: &str) {
        self.text(kind, value.as_bytes(), 0);
    }

    /// As [`put_str`](Writer::put_str) has it.
    pub(crate) fn put_name(&mut self, kind: u16, name: &Name) {
        self.text(kind, name.as_bytes(), 1);
    }

    /// An attribute without a payload, which says what it says by being there.
    pub fn put_flag(&mut self, kind: u16) {
        self.put_bytes(kind, &[]);
    }

    /// An attribute that holds what `fill` writes. `NLA_F_NESTED` is not set, as iproute2 does not set it
    /// for the nests of links.
    pub fn nest(&mut self, kind: u16, fill: impl FnOnce(&mut Self)) {
        self.put_nest(kind, kind, fill);
    }

    /// An attribute that holds what `fill` writes, marked with `NLA_F_NESTED`, which the stricter parts
    /// of the kernel require.
    pub fn nest_flagged(&mut self, kind: u16, fill: impl FnOnce(&mut Self)) {
        self.put_nest(kind, kind | NESTED, fill);
    }

    /// Keeps `error` for [`finish`](Writer::finish), unless there is an earlier one.
    #[cold]
    pub(crate) fn fail(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }

    /// The bytes written.
    ///
    /// # Errors
    /// The first of: [`Error::TooLong`], an attribute of more than 65,535 bytes; [`Error::Nul`], a text
    /// with a NUL in it.
    pub fn finish(self) -> Result<Vec<u8>, Error> {
        self.error.map_or(Ok(self.bytes), Err)
    }

    /// Text, and so many NULs.
    fn text(&mut self, kind: u16, value: &[u8], nuls: usize) {
        if value.contains(&0) {
            self.fail(Error::Nul { attribute: kind });
        } else {
            self.put(kind, value, nuls);
        }
    }

    /// Four bytes, as most attributes have: they and their header are one piece.
    fn put_four(&mut self, kind: u16, [v0, v1, v2, v3]: [u8; 4]) {
        let ([l0, l1], [k0, k1]) = (8_u16.to_ne_bytes(), kind.to_ne_bytes());
        self.bytes.extend_from_slice(&[l0, l1, k0, k1, v0, v1, v2, v3]);
    }

    /// An attribute of `value` and so many NULs.
    fn put(&mut self, kind: u16, value: &[u8], nuls: usize) {
        let length = 4 + value.len() + nuls;
        let Some(header) = self.header(kind, kind, length) else { return };
        let end = self.bytes.len() + align(length);
        self.bytes.reserve(align(length) + 4);
        self.bytes.extend_from_slice(&header);
        self.bytes.extend_from_slice(value);
        // NULs and padding are at most four.
        self.bytes.extend_from_slice(&[0; 4]);
        self.bytes.truncate(end);
    }

    fn put_nest(&mut self, kind: u16, flagged: u16, fill: impl FnOnce(&mut Self)) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 4]);
        fill(self);
        // What was written is padded.
        match self.header(kind, flagged, self.bytes.len() - start) {
            Some(header) => {
                if let Some(place) = self.bytes.get_mut(start..start + 4) {
                    place.copy_from_slice(&header);
                }
            }
            None => self.bytes.truncate(start),
        }
    }

    /// The header of an attribute of this length; none, and an error is kept, when it can't describe it.
    fn header(&mut self, kind: u16, flagged: u16, length: usize) -> Option<[u8; 4]> {
        let Ok(short) = u16::try_from(length) else {
            self.fail(Error::TooLong { attribute: kind, length });
            return None;
        };
        let ([l0, l1], [k0, k1]) = (short.to_ne_bytes(), flagged.to_ne_bytes());
        Some([l0, l1, k0, k1])
    }

    fn pad(&mut self) {
        self.bytes.resize(align(self.bytes.len()), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{ATTRIBUTE_MAX, Attributes};

    #[test]
    fn an_attribute_has_its_length_its_type_and_padding() {
        let mut writer = Writer::with_header(&[9]);
        writer.put_str(3, "eth0");
        writer.put_flag(2);
        let expected = [&[9, 0, 0, 0][..], &[9, 0, 3, 0], b"eth0\0\0\0\0", &[4, 0, 2, 0]].concat();
        assert_eq!(writer.finish().unwrap(), expected);
    }

    #[test]
    fn integers_keep_the_order_their_method_names() {
        let mut writer = Writer::new();
        writer.put_u16_be(1, 0x0102);
        writer.put_u32_be(2, 0x0102_0304);
        writer.put_u32(3, 0x0102_0304);
        let bytes = writer.finish().unwrap();
        let payloads: Vec<_> = Attributes::new(&bytes).map(|a| a.unwrap().payload.to_vec()).collect();
        assert_eq!(payloads, [vec![1, 2], vec![1, 2, 3, 4], 0x0102_0304_u32.to_ne_bytes().to_vec()]);
    }

    #[test]
    fn a_nest_counts_its_children_and_says_so_only_when_flagged() {
        let mut writer = Writer::new();
        writer.nest(18, |w| w.put_u8(1, 7));
        writer.nest_flagged(12, |w| w.put_u8(1, 7));
        let bytes = writer.finish().unwrap();
        assert_eq!(
            bytes,
            [
                12, 0, 18, 0, 5, 0, 1, 0, 7, 0, 0, 0, // the child's padding counts
                12, 0, 12, 0x80, 5, 0, 1, 0, 7, 0, 0, 0
            ]
        );
    }

    #[test]
    fn the_longest_attribute_fits_and_one_byte_more_is_an_error() {
        let mut writer = Writer::new();
        writer.put_bytes(5, &vec![1; ATTRIBUTE_MAX - 4]);
        assert_eq!(writer.finish().unwrap().len(), align(ATTRIBUTE_MAX));

        let mut writer = Writer::new();
        writer.put_bytes(5, &vec![1; ATTRIBUTE_MAX - 3]);
        writer.put_u8(6, 1);
        assert!(matches!(writer.finish(), Err(Error::TooLong { attribute: 5, length: 65_536 })));
    }

    #[test]
    fn children_that_fit_may_overflow_their_nest() {
        let mut writer = Writer::new();
        writer.nest(18, |w| {
            w.put_bytes(1, &vec![0; 40_000]);
            w.put_bytes(2, &vec![0; 40_000]);
        });
        assert!(matches!(writer.finish(), Err(Error::TooLong { attribute: 18, length: 80_012 })));
    }

    #[test]
    fn a_nul_inside_text_is_an_error() {
        let mut writer = Writer::new();
        writer.put_str(3, "eth0\0evil");
        assert!(matches!(writer.finish(), Err(Error::Nul { attribute: 3 })));
        let mut writer = Writer::new();
        writer.put_text(20, "\0");
        assert!(matches!(writer.finish(), Err(Error::Nul { attribute: 20 })));
    }
}
