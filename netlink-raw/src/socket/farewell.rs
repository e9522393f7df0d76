//! Closing a socket of netfilter without waiting for it.
//!
//! Whoever closes one waits until the kernel has given back the memory of all that was deleted in nf_tables a moment
//! ago, by anybody: 6 to 30 ms measured, where the deletion itself takes 0.06 (`nft_rcv_nl_event()`). So the closing
//! is left to the kernel's own worker that collects garbage: a socket of AF_UNIX that holds, in a message
//! nobody has read, itself and ours. That worker is there from Linux 6.9 on; before, it is we who wait.

use std::io::IoSlice;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use nix::sys::socket::{AddressFamily, ControlMessage, MsgFlags, SockFlag, SockType, sendmsg, socketpair};

/// Puts `socket` into a message that nobody will read. What is returned is to be closed after it: it is then
/// that the kernel looks for garbage. `None` when there is no descriptor left; then the closing takes its time.
pub(super) fn prepare(socket: &impl AsFd) -> Option<OwnedFd> {
    let pair = socketpair(AddressFamily::Unix, SockType::Datagram, None, SockFlag::SOCK_CLOEXEC);
    let (last, garbage) = pair.ok()?;
    let held = [garbage.as_raw_fd(), socket.as_fd().as_raw_fd()];
    let rights = [ControlMessage::ScmRights(&held)];
    sendmsg::<()>(last.as_raw_fd(), &[IoSlice::new(&[0])], &rights, MsgFlags::empty(), None).ok()?;
    Some(last)
}
