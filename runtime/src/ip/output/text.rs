//! The bytes of an output, in the making.

use std::io;

/// Bytes, to which many short pieces are put: values, and the words that stand between them. The room behind them is
/// initialized, unlike a vector's, so that to put a piece whose length the compiler knows is a store or two.
#[derive(Debug, Default)]
pub struct Text {
    /// The bytes, and zeros or what was truncated.
    room: Vec<u8>,
    length: usize,
}

impl Text {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self { room: Vec::new(), length: 0 }
    }

    /// How many bytes there are.
    pub const fn length(&self) -> usize {
        self.length
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        self.room.get(..self.length).unwrap_or_default()
    }

    /// The bytes from number `start` on.
    pub fn since(&mut self, start: usize) -> &mut [u8] {
        self.room.get_mut(start..self.length).unwrap_or_default()
    }

    /// Puts `piece` behind them.
    #[expect(clippy::inline_always, reason = "a call for each would take half the time of a long list")]
    #[inline(always)]
    pub fn put(&mut self, piece: &[u8]) {
        let end = self.length + piece.len();
        if end > self.room.len() {
            self.grow(end);
        }
        if let Some(place) = self.room.get_mut(self.length..end) {
            place.copy_from_slice(piece);
            self.length = end;
        }
    }

    /// Puts `byte` behind them.
    pub fn push(&mut self, byte: u8) {
        self.put(&[byte]);
    }

    /// Puts `byte` behind them until there are `length`.
    pub fn fill(&mut self, length: usize, byte: u8) {
        while self.length < length {
            self.push(byte);
        }
    }

    /// Leaves the first `length` of them.
    pub fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, needed: usize) {
        const LEAST: usize = 4096;
        self.room.resize(needed.max(2 * self.room.len()).max(LEAST), 0);
    }
}

impl io::Write for Text {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.put(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_any_length_stand_one_behind_another() {
        let mut text = Text::new();
        assert_eq!(text.bytes(), b"");
        text.put(b"mtu ");
        text.put(&[b'7'; 10_000]);
        text.push(b' ');
        assert_eq!(text.bytes(), [&b"mtu "[..], &[b'7'; 10_000], b" "].concat());
        text.truncate(4);
        text.put(b"1500");
        assert_eq!(text.bytes(), b"mtu 1500");
        assert_eq!(text.since(4), b"1500");
    }

    #[test]
    fn what_is_long_enough_is_not_filled() {
        let mut text = Text::new();
        text.put(b"lo");
        text.fill(4, b' ');
        text.fill(3, b'x');
        assert_eq!(text.bytes(), b"lo  ");
    }
}
