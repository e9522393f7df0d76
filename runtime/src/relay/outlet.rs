//! Bytes on their way to somebody who may be slow to take them.

use std::os::fd::{AsFd, BorrowedFd};

use nix::errno::Errno;

use crate::sys::stream::Sink;

/// A sink, and what it has not taken yet.
#[derive(Debug)]
pub struct Outlet {
    sink: Sink,
    waiting: Vec<u8>,
    /// How much of `waiting` has gone.
    gone: usize,
    closed: bool,
}

impl Outlet {
    /// With nothing waiting.
    pub fn new(sink: Sink) -> Self {
        Self { sink, waiting: Vec::new(), gone: 0, closed: false }
    }

    /// Writes, and keeps what is not taken at once.
    pub fn put(&mut self, bytes: &[u8]) {
        if !self.closed {
            if self.gone > self.waiting.len() / 2 {
                self.waiting.drain(..std::mem::take(&mut self.gone));
            }
            self.waiting.extend_from_slice(bytes);
            self.flush();
        }
    }

    /// Writes what waits, as far as it is taken.
    pub fn flush(&mut self) {
        while self.pending() > 0 {
            match self.sink.write(&self.waiting[self.gone..]) {
                Ok(written) => self.gone += written,
                Err(Errno::EAGAIN) => return,
                Err(_) => {
                    self.closed = true;
                    self.gone = self.waiting.len();
                }
            }
            if self.sink.by_pieces() {
                break;
            }
        }
        if self.pending() == 0 {
            self.waiting = Vec::new();
            self.gone = 0;
        }
    }

    /// How much waits, in bytes.
    pub fn pending(&self) -> usize {
        self.waiting.len() - self.gone
    }

    /// Whether nobody reads any more: whatever is put is dropped.
    pub fn is_closed(&self) -> bool {
        self.closed
    }
}

impl AsFd for Outlet {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.sink.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::stream::never_wait;
    use std::io::Read;

    #[test]
    fn a_slow_reader_loses_nothing() {
        let (mut reader, writer) = std::io::pipe().expect("a pipe");
        never_wait(writer.as_fd()).expect("fcntl");
        let mut outlet = Outlet::new(Sink::ready(writer.into()));
        let sent: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
        outlet.put(&sent);
        assert!(outlet.pending() > 0 && outlet.pending() < sent.len());
        let mut received = Vec::new();
        while outlet.pending() > 0 {
            let mut piece = [0; 5000];
            let length = reader.read(&mut piece).expect("read");
            received.extend_from_slice(&piece[..length]);
            outlet.flush();
        }
        drop(outlet);
        reader.read_to_end(&mut received).expect("read");
        assert!(received == sent);
    }

    #[test]
    fn a_reader_who_has_gone_is_noticed() {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut outlet = Outlet::new(Sink::ready(writer.into()));
        outlet.put(b"words");
        assert!(outlet.is_closed());
        assert_eq!(outlet.pending(), 0);
    }
}
