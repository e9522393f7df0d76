//! Messages over TCP: each with its length before it (RFC 1035, 4.2.2). Nothing waits.

use std::io::{self, Read, Write};
use std::net::TcpStream;

/// What is read in one go, in bytes.
const PIECE: usize = 4096;

/// A connection.
#[derive(Debug)]
pub(super) struct Stream {
    socket: TcpStream,
    input: Vec<u8>,
    output: Vec<u8>,
}

impl Stream {
    /// A connection, which must not wait.
    pub(super) fn new(socket: TcpStream) -> Self {
        Self { socket, input: Vec::new(), output: Vec::new() }
    }

    /// Its socket.
    pub(super) fn socket(&self) -> &TcpStream {
        &self.socket
    }

    /// Whether something waits to be sent.
    pub(super) fn is_sending(&self) -> bool {
        !self.output.is_empty()
    }

    /// Takes what has come, one piece at most; returns the messages that are whole now, and whether the other end
    /// will send no more.
    ///
    /// # Errors
    /// read(2)'s.
    pub(super) fn receive(&mut self) -> io::Result<(Vec<Vec<u8>>, bool)> {
        let mut piece = [0; PIECE];
        let ended = match self.socket.read(&mut piece) {
            Ok(0) => true,
            Ok(length) => {
                self.input.extend_from_slice(&piece[..length]);
                false
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {
                false
            }
            Err(error) => return Err(error),
        };
        Ok((self.whole(), ended))
    }

    /// Takes the whole messages out of what has come.
    fn whole(&mut self) -> Vec<Vec<u8>> {
        let mut messages = Vec::new();
        let mut rest = &self.input[..];
        while let Some((length, tail)) = rest.split_first_chunk() {
            let Some((message, tail)) = tail.split_at_checked(u16::from_be_bytes(*length).into()) else {
                break;
            };
            messages.push(message.to_vec());
            rest = tail;
        }
        let used = self.input.len() - rest.len();
        self.input.drain(..used);
        messages
    }

    /// Has a message sent: at once what goes at once.
    ///
    /// # Errors
    /// write(2)'s.
    pub(super) fn send(&mut self, message: &[u8]) -> io::Result<()> {
        let length = u16::try_from(message.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        self.output.extend_from_slice(&length.to_be_bytes());
        self.output.extend_from_slice(message);
        self.flush()
    }

    /// Sends what goes without waiting.
    ///
    /// # Errors
    /// write(2)'s.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        while !self.output.is_empty() {
            match self.socket.write(&self.output) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(length) => drop(self.output.drain(..length)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // Not yet; one that is still being connected says so too.
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::NotConnected) =>
                {
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn messages_are_whole_however_they_come() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");
        let mut theirs = TcpStream::connect(listener.local_addr().expect("a port")).expect("a connection");
        let mut ours = Stream::new(listener.accept().expect("a connection").0);
        let mut hear = |bytes: &[u8]| {
            theirs.write_all(bytes).expect("sent");
            ours.receive().expect("received")
        };
        assert_eq!(hear(&[0]), (vec![], false));
        assert_eq!(hear(&[3, b'a', b'b']), (vec![], false));
        assert_eq!(hear(b"c\0\x01d\0\0\0"), (vec![b"abc".to_vec(), b"d".to_vec(), vec![]], false));
        assert_eq!(hear(b"\x02ef"), (vec![b"ef".to_vec()], false));
        ours.send(b"answer").expect("sent");
        assert!(!ours.is_sending());
        let mut answer = [0; 8];
        theirs.read_exact(&mut answer).expect("an answer");
        assert_eq!(&answer, b"\0\x06answer");
        drop(theirs);
        assert_eq!(ours.receive().expect("the end"), (vec![], true));
    }
}
