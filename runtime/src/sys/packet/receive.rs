//! Taking packets from a socket, many by one call.

use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::Duration;

use nix::errno::Errno;

use super::unbound;

/// How many packets one call takes, at most.
const TOGETHER: usize = 32;

/// Room for the control messages of a packet: a time, and `struct tpacket_auxdata`. Eights, as the kernel aligns them.
type Control = [u64; 16];

/// One packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received<'a> {
    /// When it passed, since 1970, by the kernel's clock.
    pub time: Duration,
    /// Its bytes, or the first of them.
    pub bytes: &'a [u8],
    /// How many it had.
    pub length: u32,
    /// `PACKET_HOST` and so on: whom it was for, or that it went out.
    pub kind: u8,
    /// What it is by the device's hardware (`ARPHRD_*`).
    pub hardware: u16,
    /// The protocol above the device's header (`ETH_P_*`).
    pub protocol: u16,
    /// The VLAN's tag that the kernel took out of the header: its protocol (`ETH_P_8021Q`) and what it held.
    pub tag: Option<(u16, u16)>,
}

/// Room for packets.
#[derive(Debug)]
pub struct Batch {
    longest: usize,
    bytes: Vec<u8>,
    controls: Vec<Control>,
    addresses: Vec<libc::sockaddr_ll>,
    /// Of each packet: how many bytes it has here, and how many its control messages.
    lengths: Vec<(usize, usize)>,
}

impl Batch {
    /// For packets of at most so many bytes.
    pub fn new(longest: usize) -> Self {
        Self {
            longest,
            // The kernel gives these pages as they are first written to.
            bytes: vec![0; longest * TOGETHER],
            controls: vec![[0; 16]; TOGETHER],
            addresses: vec![unbound(); TOGETHER],
            lengths: Vec::with_capacity(TOGETHER),
        }
    }

    /// Takes what waits, as much as there is room for. It changes nothing anywhere, so it does not pass the gate.
    ///
    /// # Errors
    /// recvmmsg(2)'s: EAGAIN where there is nothing; ENETDOWN where the device went down.
    pub fn receive(&mut self, socket: BorrowedFd<'_>) -> nix::Result<()> {
        self.lengths.clear();
        let mut parts: Vec<libc::iovec> = self
            .bytes
            .chunks_exact_mut(self.longest.max(1))
            .map(|room| libc::iovec { iov_base: room.as_mut_ptr().cast(), iov_len: room.len() })
            .collect();
        let rooms = parts.iter_mut().zip(&mut self.controls).zip(&mut self.addresses);
        let mut messages: Vec<libc::mmsghdr> = rooms
            .map(|((part, control), address)| {
                // SAFETY: all zeros is a message header without anything.
                let mut message: libc::mmsghdr = unsafe { std::mem::zeroed() };
                message.msg_hdr.msg_name = std::ptr::from_mut(address).cast();
                message.msg_hdr.msg_namelen = u32::try_from(size_of_val(address)).unwrap_or(0);
                message.msg_hdr.msg_iov = part;
                message.msg_hdr.msg_iovlen = 1;
                message.msg_hdr.msg_control = control.as_mut_ptr().cast();
                message.msg_hdr.msg_controllen = size_of_val(control);
                message
            })
            .collect();
        let count = u32::try_from(messages.len()).map_err(|_| Errno::EINVAL)?;
        // SAFETY: each header points to room of its own in `self` or `parts`, with its length; all outlive the call.
        let taken = Errno::result(unsafe {
            libc::recvmmsg(
                socket.as_raw_fd(),
                messages.as_mut_ptr(),
                count,
                libc::MSG_DONTWAIT,
                std::ptr::null_mut(),
            )
        })?;
        let taken = usize::try_from(taken).unwrap_or(0);
        self.lengths.extend(messages.iter().take(taken).map(|message| {
            let length = usize::try_from(message.msg_len).unwrap_or(0);
            (length.min(self.longest), message.msg_hdr.msg_controllen.min(size_of::<Control>()))
        }));
        Ok(())
    }

    /// What the last call took.
    pub fn packets(&self) -> impl Iterator<Item = Received<'_>> {
        let rooms = self.bytes.chunks_exact(self.longest.max(1)).zip(&self.controls).zip(&self.addresses);
        rooms.zip(&self.lengths).map(|(((bytes, control), address), &(length, controls))| {
            let mut packet = Received {
                time: Duration::ZERO,
                bytes: &bytes[..length],
                length: u32::try_from(length).unwrap_or(u32::MAX),
                kind: address.sll_pkttype,
                hardware: address.sll_hatype,
                protocol: u16::from_be(address.sll_protocol),
                tag: None,
            };
            let control: Vec<u8> = control.iter().flat_map(|word| word.to_ne_bytes()).collect();
            read_control(&control[..controls], &mut packet);
            packet
        })
    }

    /// How many packets the last call took, and whether there was room for more.
    pub fn is_full(&self) -> bool {
        self.lengths.len() == TOGETHER
    }
}

/// Reads control messages: each a length (`size_t`), a level and a type (`int`), and what it holds, at places that are
/// multiples of eight (cmsg(3)).
fn read_control(mut bytes: &[u8], packet: &mut Received<'_>) {
    const HEADER: usize = 16;
    while let (Some(length), Some(level), Some(kind)) =
        (number::<8>(bytes, 0).map(usize::from_ne_bytes), integer(bytes, 8), integer(bytes, 12))
    {
        let Some(data) = bytes.get(HEADER..length) else { return };
        match (level, kind) {
            (libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS) => packet.time = time(data).unwrap_or_default(),
            (libc::SOL_PACKET, libc::PACKET_AUXDATA) => auxiliary(data, packet),
            _ => {}
        }
        bytes = bytes.get(length.next_multiple_of(8)..).unwrap_or_default();
    }
}

/// `struct timespec`.
fn time(data: &[u8]) -> Option<Duration> {
    let seconds = u64::from_ne_bytes(number(data, 0)?);
    let nanoseconds = u64::from_ne_bytes(number(data, 8)?);
    Some(Duration::new(seconds, u32::try_from(nanoseconds).ok()?))
}

/// `struct tpacket_auxdata`.
fn auxiliary(data: &[u8], packet: &mut Received<'_>) {
    let short = |at| number(data, at).map(u16::from_ne_bytes);
    let (Some(status), Some(length)) = (number(data, 0), number(data, 4)) else { return };
    let status = u32::from_ne_bytes(status);
    packet.length = u32::from_ne_bytes(length);
    if status & libc::TP_STATUS_VLAN_VALID != 0
        && let (Some(tag), Some(protocol)) = (short(16), short(18))
    {
        // `ETH_P_8021Q`, which older kernels did not say.
        let said = status & libc::TP_STATUS_VLAN_TPID_VALID != 0;
        packet.tag = Some((if said { protocol } else { 0x8100 }, tag));
    }
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn integer(bytes: &[u8], at: usize) -> Option<i32> {
    number(bytes, at).map(i32::from_ne_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet() -> Received<'static> {
        let time = Duration::ZERO;
        Received { time, bytes: &[], length: 3, kind: 0, hardware: 1, protocol: 0, tag: None }
    }

    fn message(level: i32, kind: i32, data: &[u8]) -> Vec<u8> {
        let mut bytes = (16 + data.len()).to_ne_bytes().to_vec();
        bytes.extend(level.to_ne_bytes());
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(data);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes
    }

    #[test]
    fn control_messages_tell_time_length_and_tag() {
        let time = [7_u64.to_ne_bytes(), 9_u64.to_ne_bytes()].concat();
        let status = libc::TP_STATUS_VLAN_VALID | libc::TP_STATUS_VLAN_TPID_VALID;
        let numbers = [status, 1500, 96, 0].map(u32::to_ne_bytes).concat();
        let auxiliary = [numbers, [5_u16, 0x88a8].map(u16::to_ne_bytes).concat()].concat();
        let bytes = [
            message(libc::SOL_SOCKET, 12345, b"what newer kernels tell"),
            message(libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS, &time),
            message(libc::SOL_PACKET, libc::PACKET_AUXDATA, &auxiliary),
        ]
        .concat();
        let mut read = packet();
        read_control(&bytes, &mut read);
        assert_eq!((read.time, read.length), (Duration::new(7, 9), 1500));
        assert_eq!(read.tag, Some((0x88a8, 5)));
    }

    #[test]
    fn a_control_message_that_is_cut_short_says_nothing() {
        let whole = message(libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS, &[1; 16]);
        for length in 0..whole.len() {
            let mut read = packet();
            read_control(&whole[..length], &mut read);
            assert_eq!(read, packet());
        }
        let mut endless = whole;
        endless[..8].copy_from_slice(&0_usize.to_ne_bytes());
        read_control(&endless, &mut packet());
    }
}
