//! Tap and tun devices, which the kernel makes for whoever opens /dev/net/tun.
//!
//! Source: `Documentation/networking/tuntap.rst` and `drivers/net/tun.c` of the kernel.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::OFlag;

use super::file;
use super::gate::{About, Result, pass};

/// Where the kernel makes them.
const DEVICE: &str = "/dev/net/tun";

/// What a device carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Ethernet packets.
    #[default]
    Tap,
    /// IP packets.
    Tun,
}

impl Mode {
    /// As `ip tuntap` calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tap => "tap",
            Self::Tun => "tun",
        }
    }
}

/// A tap or tun device to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tap<'a> {
    /// Its name, at most 15 bytes.
    pub name: &'a str,
    /// The kernel may choose the name: it is empty, or holds a `%d` that stands for a number.
    pub any_name: bool,
    /// What it carries.
    pub mode: Mode,
    /// The user who may attach to it; without one and without a group, whoever has CAP_NET_ADMIN.
    pub owner: Option<u32>,
    /// The group who may attach to it.
    pub group: Option<u32>,
    /// Several may attach to it at once.
    pub multi_queue: bool,
    /// A `struct virtio_net_hdr` stands before each packet, as a virtual machine's network wants it.
    pub vnet_header: bool,
    /// Four bytes with the packet's protocol stand before each.
    pub packet_information: bool,
    /// One queue for packets of all: without effect since Linux 3.8.
    pub one_queue: bool,
}

/// Makes a device in the network namespace that this process is in. It goes when the file is closed, unless it is
/// [kept](keep).
///
/// # Errors
/// open(2)'s: ENOENT or ENODEV where the kernel has no tun (CONFIG_TUN). EBUSY where a device has the name;
/// EINVAL where the name can be none.
pub fn make(tap: &Tap<'_>) -> Result<OwnedFd> {
    let file = file::open(Path::new(DEVICE), OFlag::O_RDWR)?;
    // Without IFF_TUN_EXCL the kernel attaches to a device that is there already.
    attach(file.as_fd(), tap, Some((libc::IFF_TUN_EXCL, "IFF_TUN_EXCL")), "add")?;
    Ok(file)
}

/// Lets a device go that was [kept](keep), as soon as nobody is attached to it. (`ip tuntap del` makes one, if there is none.)
///
/// # Errors
/// As [`make`]; EINVAL where the device is none of tun's, of another mode, or of other queues.
pub fn let_go(tap: &Tap<'_>) -> Result<()> {
    let file = file::open(Path::new(DEVICE), OFlag::O_RDWR)?;
    attach(file.as_fd(), tap, None, "del")?;
    set(file.as_fd(), (libc::TUNSETPERSIST, "TUNSETPERSIST"), 0)
}

/// Gives the tap device of a file to whom it is for. It stays until it is deleted, or its namespace ends.
///
/// # Errors
/// ioctl(2)'s.
pub fn keep(file: BorrowedFd<'_>, tap: &Tap<'_>) -> Result<()> {
    if let Some(owner) = tap.owner {
        set(file, (libc::TUNSETOWNER, "TUNSETOWNER"), owner)?;
    }
    if let Some(group) = tap.group {
        set(file, (libc::TUNSETGROUP, "TUNSETGROUP"), group)?;
    }
    set(file, (libc::TUNSETPERSIST, "TUNSETPERSIST"), 1)
}

/// `IFF_ONE_QUEUE` of linux/if_tun.h.
const ONE_QUEUE: libc::c_int = 0x2000;

/// The kernel's flags for `tap`, and their names.
fn flags(tap: &Tap<'_>, more: Option<(libc::c_int, &'static str)>) -> (libc::c_int, String) {
    let (more, name) = more.unwrap_or_default();
    let all = [
        (tap.mode == Mode::Tap, libc::IFF_TAP, "IFF_TAP"),
        (tap.mode == Mode::Tun, libc::IFF_TUN, "IFF_TUN"),
        (!tap.packet_information, libc::IFF_NO_PI, "IFF_NO_PI"),
        (more != 0, more, name),
        (tap.one_queue, ONE_QUEUE, "IFF_ONE_QUEUE"),
        (tap.multi_queue, libc::IFF_MULTI_QUEUE, "IFF_MULTI_QUEUE"),
        (tap.vnet_header, libc::IFF_VNET_HDR, "IFF_VNET_HDR"),
    ];
    let set = all.iter().filter(|(on, ..)| *on);
    let names: Vec<&str> = set.clone().map(|(.., name)| *name).collect();
    (set.fold(0, |bits, (_, bit, _)| bits | bit), names.join("|"))
}

/// The command of iproute2 that does the same with the device, all of it.
fn command(tap: &Tap<'_>, verb: &str) -> String {
    let name = if tap.name.is_empty() { String::new() } else { format!("dev {} ", tap.name) };
    let mut words = vec![format!("ip tuntap {verb} {name}mode {}", tap.mode.name())];
    words.extend(tap.owner.map(|owner| format!("user {owner}")));
    words.extend(tap.group.map(|group| format!("group {group}")));
    words.extend(tap.packet_information.then(|| "pi".to_owned()));
    words.extend(tap.one_queue.then(|| "one_queue".to_owned()));
    words.extend(tap.vnet_header.then(|| "vnet_hdr".to_owned()));
    words.extend(tap.multi_queue.then(|| "multi_queue".to_owned()));
    words.join(" ")
}

fn attach(
    file: BorrowedFd<'_>,
    tap: &Tap<'_>,
    more: Option<(libc::c_int, &'static str)>,
    verb: &str,
) -> Result<()> {
    let (bits, names) = flags(tap, more);
    let about = || {
        let arguments = format!("{}, TUNSETIFF, {:?}, {names}", file.as_raw_fd(), tap.name);
        About::new(arguments).command(command(tap, verb))
    };
    pass("ioctl", about, || {
        let chosen = tap.name.is_empty() || tap.name.contains('%');
        if chosen && !tap.any_name || tap.name.len() >= libc::IFNAMSIZ || tap.name.contains('\0') {
            return Err(Errno::EINVAL);
        }
        let flags =
            libc::c_short::from_ne_bytes(u16::try_from(bits).map_err(|_| Errno::EINVAL)?.to_ne_bytes());
        let mut request = libc::ifreq {
            ifr_name: [0; libc::IFNAMSIZ],
            ifr_ifru: libc::__c_anonymous_ifr_ifru { ifru_flags: flags },
        };
        for (place, byte) in request.ifr_name.iter_mut().zip(tap.name.bytes()) {
            *place = byte.cast_signed();
        }
        // SAFETY: TUNSETIFF reads the name and the flags of one ifreq, which outlives the call, and writes the
        // name back into it.
        Errno::result(unsafe { libc::ioctl(file.as_raw_fd(), libc::TUNSETIFF, &raw mut request) }).map(drop)
    })
}

/// A request that takes a number.
fn set(file: BorrowedFd<'_>, (request, name): (libc::Ioctl, &str), value: u32) -> Result<()> {
    let about = || About::new(format!("{}, {name}, {value}", file.as_raw_fd()));
    pass("ioctl", about, || {
        // SAFETY: these requests take their argument as a number, and touch no memory of this process.
        Errno::result(unsafe { libc::ioctl(file.as_raw_fd(), request, libc::c_ulong::from(value)) }).map(drop)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tap_is_told_as_the_command_that_makes_it() {
        let plain = Tap { name: "tap0", ..Tap::default() };
        assert_eq!(command(&plain, "add"), "ip tuntap add dev tap0 mode tap");
        let all = Tap { owner: Some(1000), group: Some(7), multi_queue: true, vnet_header: true, ..plain };
        assert_eq!(
            command(&all, "add"),
            "ip tuntap add dev tap0 mode tap user 1000 group 7 vnet_hdr multi_queue"
        );
        let other = Tap { mode: Mode::Tun, packet_information: true, one_queue: true, name: "", ..plain };
        assert_eq!(command(&other, "del"), "ip tuntap del mode tun pi one_queue");
        assert_eq!(flags(&plain, Some((1, "X"))).1, "IFF_TAP|IFF_NO_PI|X");
        assert_eq!(flags(&other, None), (0x2001, "IFF_TUN|IFF_ONE_QUEUE".to_owned()));
    }

    #[test]
    fn a_name_that_can_be_none_is_refused() {
        let file = std::fs::File::open("/dev/null").expect("a file");
        for name in ["", "sixteen-bytes-xx", "tap%d", "a\0b"] {
            let error = attach(file.as_fd(), &Tap { name, ..Tap::default() }, None, "add").expect_err(name);
            assert_eq!(error.errno, Errno::EINVAL);
        }
    }
}
