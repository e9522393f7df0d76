//! Network devices by their names (netdevice(7)).

use std::os::fd::{AsRawFd, BorrowedFd};

use nix::errno::Errno;

use super::gate::{About, Rehearse, Result, pass};

/// The index of the device `name` in the network namespace that `socket`, of any family, was opened in
/// (`SIOCGIFINDEX`): a question that no lock delays.
///
/// # Errors
/// ENODEV where no device has this name. In a rehearsal the index is 0.
pub fn index(socket: BorrowedFd<'_>, name: &str) -> Result<u32> {
    let about = || {
        About::new(format!("{}, SIOCGIFINDEX, {name:?}", socket.as_raw_fd()))
            .command(format!("cat /sys/class/net/{name}/ifindex"))
    };
    pass("ioctl", about, || {
        let mut request = libc::ifreq {
            ifr_name: [0; libc::IFNAMSIZ],
            ifr_ifru: libc::__c_anonymous_ifr_ifru { ifru_ifindex: 0 },
        };
        if name.len() >= libc::IFNAMSIZ {
            return Err(Errno::ENODEV);
        }
        for (place, byte) in request.ifr_name.iter_mut().zip(name.bytes()) {
            *place = byte.cast_signed();
        }
        // SAFETY: SIOCGIFINDEX reads the name of one ifreq, which ends in a NUL, and fills in its index;
        // every bit pattern of the union is a valid index.
        let index = unsafe {
            Errno::result(libc::ioctl(socket.as_raw_fd(), libc::SIOCGIFINDEX, &raw mut request))?;
            request.ifr_ifru.ifru_ifindex
        };
        u32::try_from(index).map(Index).map_err(|_| Errno::ENODEV)
    })
    .map(|Index(index)| index)
}

/// `IFF_UP` as a request holds it (netdevice(7)); libc's constant has another type.
const IFF_UP: libc::c_short = 1;

/// Brings `lo` up in the network namespace that this process is in (`SIOCSIFFLAGS`).
///
/// # Errors
/// EPERM where the namespace is not this process's to change.
pub fn loopback_up() -> Result<()> {
    let about = || About::new("SIOCSIFFLAGS, \"lo\", IFF_UP").command("ip link set lo up");
    pass("ioctl", about, || {
        let socket = std::net::UdpSocket::bind("0.0.0.0:0")
            .map_err(|error| Errno::from_raw(error.raw_os_error().unwrap_or(libc::EIO)))?;
        let mut request = libc::ifreq {
            ifr_name: [0; libc::IFNAMSIZ],
            ifr_ifru: libc::__c_anonymous_ifr_ifru { ifru_flags: IFF_UP },
        };
        for (place, byte) in request.ifr_name.iter_mut().zip(b"lo") {
            *place = byte.cast_signed();
        }
        // SAFETY: SIOCSIFFLAGS reads the name and the flags of one ifreq, which outlives the call.
        let result = unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS, &raw const request) };
        Errno::result(result).map(drop)
    })
}

struct Index(u32);

impl Rehearse for Index {
    fn rehearsed() -> nix::Result<Self> {
        Ok(Self(0))
    }

    fn returned(&self) -> Option<i64> {
        Some(self.0.into())
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use super::*;

    #[test]
    fn the_loopback_device_is_the_first() {
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
        assert_eq!(index(socket.as_fd(), "lo").expect("lo"), 1);
        let error = index(socket.as_fd(), "no-such-device").expect_err("none has this name");
        assert_eq!(error.errno, Errno::ENODEV);
        let error = index(socket.as_fd(), "a-name-longer-than-16").expect_err("none can have this name");
        assert_eq!(error.errno, Errno::ENODEV);
    }
}
