//! Packets as they pass network devices: sockets of `AF_PACKET`.
//!
//! Source: packet(7), `include/uapi/linux/if_packet.h` and `net/packet/af_packet.c` of the kernel.

mod receive;

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use nix::errno::Errno;

pub use libc::sock_filter as Instruction;
pub use receive::{Batch, Received};

use super::gate::{About, Error, Rehearse, Result, pass};

/// Where in a packet the socket begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layer {
    /// With the device's own header: `SOCK_RAW`.
    Link,
    /// Behind it: `SOCK_DGRAM`.
    Network,
}

/// What the kernel counted since it was last asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    /// What the filter let pass, taken or not.
    pub passed: u64,
    /// What found no room.
    pub dropped: u64,
}

/// A socket in this process's network namespace that gets nothing until it is [bound](bind), never waits, and
/// tells with each packet when it came (in nanoseconds) and what the kernel took out of it (a VLAN's tag).
///
/// # Errors
/// socket(2)'s: EPERM without CAP_NET_RAW, EAFNOSUPPORT where the kernel has no such sockets (CONFIG_PACKET).
pub fn open(layer: Layer) -> Result<OwnedFd> {
    let (kind, name) = match layer {
        Layer::Link => (libc::SOCK_RAW, "SOCK_RAW"),
        Layer::Network => (libc::SOCK_DGRAM, "SOCK_DGRAM"),
    };
    let about = || About::new(format!("AF_PACKET, {name}|SOCK_CLOEXEC|SOCK_NONBLOCK, 0"));
    pass("socket", about, || {
        let kind = kind | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
        // SAFETY: no pointers; the result is a new descriptor that nobody else owns.
        let socket = unsafe {
            let number = Errno::result(libc::socket(libc::AF_PACKET, kind, 0))?;
            OwnedFd::from_raw_fd(number)
        };
        set(socket.as_fd(), libc::SOL_SOCKET, libc::SO_TIMESTAMPNS, &1)?;
        set(socket.as_fd(), libc::SOL_PACKET, libc::PACKET_AUXDATA, &1)?;
        Ok(socket)
    })
}

/// Has room for `bytes` of packets that wait to be read, beyond the administrator's limit where the process may.
///
/// # Errors
/// setsockopt(2)'s.
pub fn set_buffer(socket: BorrowedFd<'_>, bytes: u32) -> Result<()> {
    let about = || About::new(format!("{}, SO_RCVBUFFORCE, {bytes}", socket.as_raw_fd()));
    let bytes = i32::try_from(bytes).unwrap_or(i32::MAX / 2);
    pass("setsockopt", about, || match set(socket, libc::SOL_SOCKET, libc::SO_RCVBUFFORCE, &bytes) {
        Err(Errno::EPERM) => set(socket, libc::SOL_SOCKET, libc::SO_RCVBUF, &bytes),
        done => done,
    })
}

/// Lets the kernel take only what `program` wants, which was made from `expression` if from any, and of that as many bytes as it says.
///
/// # Errors
/// setsockopt(2)'s: EINVAL where it is no program, ENOMEM where it is too long for the socket.
pub fn set_filter(socket: BorrowedFd<'_>, program: &[Instruction], expression: Option<&str>) -> Result<()> {
    let about = || {
        let count = program.len();
        let about = About::new(format!("{}, SO_ATTACH_FILTER, {count} instructions", socket.as_raw_fd()));
        let command = expression.map(|expression| format!("tcpdump -d {expression:?}"));
        About { command, ..about }
    };
    pass("setsockopt", about, || {
        let length = u16::try_from(program.len()).map_err(|_| Errno::EINVAL)?;
        let program = libc::sock_fprog { len: length, filter: program.as_ptr().cast_mut() };
        set(socket, libc::SOL_SOCKET, libc::SO_ATTACH_FILTER, &program)
    })
}

/// Has device `index` take packets for others too, as long as the socket is open.
///
/// # Errors
/// setsockopt(2)'s: ENODEV.
pub fn set_promiscuous(socket: BorrowedFd<'_>, index: u32, name: &str) -> Result<()> {
    let about = || {
        About::new(format!("{}, PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC, {name}", socket.as_raw_fd()))
            .command(format!("ip link set {name} promisc on"))
    };
    pass("setsockopt", about, || {
        let index = i32::try_from(index).map_err(|_| Errno::ENODEV)?;
        let kind = u16::try_from(libc::PACKET_MR_PROMISC).map_err(|_| Errno::EINVAL)?;
        let member = libc::packet_mreq { mr_ifindex: index, mr_type: kind, mr_alen: 0, mr_address: [0; 8] };
        set(socket, libc::SOL_PACKET, libc::PACKET_ADD_MEMBERSHIP, &member)
    })
}

/// From now on gets whatever passes device `index`, in both directions.
///
/// # Errors
/// bind(2)'s: ENODEV.
pub fn bind(socket: BorrowedFd<'_>, index: u32, name: &str) -> Result<()> {
    let about = || About::new(format!("{}, ETH_P_ALL, {name}", socket.as_raw_fd()));
    pass("bind", about, || {
        let mut address = unbound();
        // All protocols (`ETH_P_ALL`), in network order.
        address.sll_protocol = 3_u16.to_be();
        address.sll_ifindex = i32::try_from(index).map_err(|_| Errno::ENODEV)?;
        let length = u32::try_from(size_of_val(&address)).map_err(|_| Errno::EINVAL)?;
        // SAFETY: the address outlives the call, and its length is told.
        Errno::result(unsafe { libc::bind(socket.as_raw_fd(), (&raw const address).cast(), length) })
            .map(drop)
    })
}

/// Asks for the counts, which begin anew with that.
///
/// # Errors
/// getsockopt(2)'s.
pub fn statistics(socket: BorrowedFd<'_>) -> Result<Statistics> {
    let counts: libc::tpacket_stats = get(
        socket,
        (libc::SOL_PACKET, libc::PACKET_STATISTICS, "PACKET_STATISTICS"),
        libc::tpacket_stats { tp_packets: 0, tp_drops: 0 },
    )?;
    Ok(Statistics { passed: counts.tp_packets.into(), dropped: counts.tp_drops.into() })
}

/// What has happened to the socket since it was last asked: `ENETDOWN` where its device went down, or away.
///
/// # Errors
/// getsockopt(2)'s.
pub fn pending_error(socket: BorrowedFd<'_>) -> Result<Option<Errno>> {
    let number: i32 = get(socket, (libc::SOL_SOCKET, libc::SO_ERROR, "SO_ERROR"), 0)?;
    Ok((number != 0).then(|| Errno::from_raw(number)))
}

/// Whether the device that the socket was bound to is there no more.
///
/// # Errors
/// getsockname(2)'s.
pub fn is_orphaned(socket: BorrowedFd<'_>) -> Result<bool> {
    let mut address = unbound();
    let named = |errno| Error { call: "getsockname", arguments: socket.as_raw_fd().to_string(), errno };
    let mut length = u32::try_from(size_of_val(&address)).map_err(|_| named(Errno::EINVAL))?;
    // SAFETY: the kernel writes at most `length` bytes of the address, which outlives the call.
    let done = unsafe { libc::getsockname(socket.as_raw_fd(), (&raw mut address).cast(), &raw mut length) };
    Errno::result(done).map_err(named)?;
    Ok(address.sll_ifindex < 0)
}

/// An address that says nothing.
const fn unbound() -> libc::sockaddr_ll {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // it is 17
    let family = libc::AF_PACKET as u16;
    libc::sockaddr_ll {
        sll_family: family,
        sll_protocol: 0,
        sll_ifindex: 0,
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: 0,
        sll_addr: [0; 8],
    }
}

/// Sets an option whose value is a `T` of the kernel's.
fn set<T>(socket: BorrowedFd<'_>, level: i32, name: i32, value: &T) -> nix::Result<()> {
    let length = u32::try_from(size_of::<T>()).map_err(|_| Errno::EINVAL)?;
    // SAFETY: the kernel reads `length` bytes of the value, and what a sock_fprog points to; both outlive the call.
    Errno::result(unsafe {
        libc::setsockopt(socket.as_raw_fd(), level, name, std::ptr::from_ref(value).cast(), length)
    })
    .map(drop)
}

/// Reads an option whose value is a plain structure of integers.
fn get<T: Copy>(socket: BorrowedFd<'_>, (level, name, shown): (i32, i32, &str), mut value: T) -> Result<T> {
    let named =
        |errno| Error { call: "getsockopt", arguments: format!("{}, {shown}", socket.as_raw_fd()), errno };
    let mut length = u32::try_from(size_of::<T>()).map_err(|_| named(Errno::EINVAL))?;
    // SAFETY: the kernel writes at most `length` bytes, which `value` has; any bytes are integers.
    let done = unsafe {
        libc::getsockopt(socket.as_raw_fd(), level, name, (&raw mut value).cast(), &raw mut length)
    };
    Errno::result(done).map_err(named)?;
    Ok(value)
}

/// A socket that is not there, in a rehearsal, has counted nothing.
impl Rehearse for Statistics {
    fn rehearsed() -> nix::Result<Self> {
        Ok(Self::default())
    }
}
