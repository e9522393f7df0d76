//! The floor of the measurements: the bare calls without which there is no container, and nothing else.
//!
//! `floor none|BRIDGE ROOTFS PROGRAM [ARG...]`: new namespaces, the root bound and pivoted to, /proc; with
//! a bridge one message for the pair of cards and one datagram inside for addresses and routes; execve;
//! wait. No configuration is read, no cgroup made, no capability dropped, no state kept, nothing checked.
//!
//! `floor delete DEVICE`: one message that deletes it.

use std::ffi::CString;
use std::net::Ipv4Addr;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::process::exit;

use netlink_raw::Socket;
use netlink_raw::route::{Address, Kind, Link, Netns, Route};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::net::if_::if_nametoindex;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};
use nix::unistd::{chdir, execve, pivot_root, read, write};
use pontoon::sys::clone::{Child, Cloned, clone3};
use pontoon::sys::process::wait;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The container's card: the second link of its namespace.
const CARD: u32 = 2;
const ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 99, 0, 2);
const GATEWAY: Ipv4Addr = Ipv4Addr::new(10, 99, 0, 1);
const UP: u32 = libc::IFF_UP.cast_unsigned();

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let done = match &args[..] {
        [delete, device] if delete == "delete" => delete_link(device).map(|()| 0),
        [network, rootfs, program @ ..] => run(network, Path::new(rootfs), program),
        _ => {
            eprintln!("usage: floor none|BRIDGE ROOTFS PROGRAM [ARG...], floor delete DEVICE");
            exit(2);
        }
    };
    match done {
        Ok(status) => exit(status),
        Err(error) => {
            eprintln!("floor: {error}");
            exit(125);
        }
    }
}

fn run(network: &str, rootfs: &Path, program: &[String]) -> Result<i32> {
    let flags = libc::CLONE_NEWPID
        | libc::CLONE_NEWNS
        | libc::CLONE_NEWNET
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWUTS
        | libc::CLONE_NEWCGROUP;
    let (ours, theirs) = socketpair(AddressFamily::Unix, SockType::Stream, None, SockFlag::SOCK_CLOEXEC)?;
    let bridge = if network == "none" { None } else { Some(if_nametoindex(network)?) };
    match clone3(u64::from(flags.cast_unsigned()), None)? {
        Cloned::Child => {
            drop(ours);
            let error =
                child(bridge.is_some(), &theirs, rootfs, program).expect_err("execve does not return");
            eprintln!("floor: container: {error}");
            exit(125);
        }
        Cloned::Parent(child) => {
            drop(theirs);
            if let Some(bridge) = bridge {
                make_cards(bridge, &child)?;
                write(&ours, b"!")?;
            }
            Ok(wait(child.pidfd.as_fd())?.status().into())
        }
    }
}

fn delete_link(device: &str) -> Result<()> {
    let link = Link { index: if_nametoindex(device)?, ..Link::default() };
    Ok(Socket::route()?.execute(&[link.delete()?])?)
}

/// One message: both ends, the names, the peer's namespace, the bridge, the host's end up.
fn make_cards(bridge: u32, child: &Child) -> Result<()> {
    let pid = child.pid.as_raw().cast_unsigned();
    let peer =
        Link { index: CARD, name: Some("eth0".into()), netns: Some(Netns::Pid(pid)), ..Link::default() };
    let pair = Link {
        name: Some(format!("floor{pid}").into()),
        flags: UP,
        change: UP,
        master: Some(bridge),
        kind: Some(Kind::Veth { peer: Some(Box::new(peer)) }),
        ..Link::default()
    };
    Ok(Socket::route()?.execute(&[pair.create()?])?)
}

/// One datagram: `lo` and `eth0` up, the address, the route.
fn configure_cards() -> Result<()> {
    let up = |index| Link { index, flags: UP, change: UP, ..Link::default() }.set();
    let address =
        Address { index: CARD, prefix_len: 24, local: Some(ADDRESS.into()), ..Address::default() }.add();
    let route = Route { gateway: Some(GATEWAY.into()), ..Route::default() }.add();
    Ok(Socket::route()?.execute(&[up(1)?, up(CARD)?, address?, route?])?)
}

fn child(
    bridged: bool,
    parent: &OwnedFd,
    rootfs: &Path,
    program: &[String],
) -> Result<std::convert::Infallible> {
    let nothing = None::<&str>;
    mount(nothing, "/", nothing, MsFlags::MS_REC | MsFlags::MS_PRIVATE, nothing)?;
    mount(Some(rootfs), rootfs, nothing, MsFlags::MS_BIND | MsFlags::MS_REC, nothing)?;
    chdir(rootfs)?;
    mount(Some("proc"), "proc", Some("proc"), MsFlags::empty(), nothing)?;
    pivot_root(".", ".")?;
    umount2(".", MntFlags::MNT_DETACH)?;
    if bridged {
        read(parent, &mut [0])?;
        configure_cards()?;
    }
    let words =
        program.iter().map(|word| CString::new(word.as_str())).collect::<std::result::Result<Vec<_>, _>>()?;
    let first = words.first().ok_or("no program")?;
    Ok(execve(first, &words, &[c"PATH=/usr/sbin:/usr/bin:/sbin:/bin"])?)
}
