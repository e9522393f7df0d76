//! `console SOCKET [TEXT]`: the other end of `--console-socket`. Listens at SOCKET, takes the terminal that is sent
//! there, types TEXT into it, and prints what came with it and then all that is written to it.

#![allow(unsafe_code)]

use std::fs::File;
use std::io::{IoSliceMut, Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, RawFd};
use std::os::unix::net::UnixListener;

use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg};

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let listener = UnixListener::bind(&words[1]).expect("bind");
    println!("listening");
    let (connection, _) = listener.accept().expect("accept");
    let mut name = [0; 4096];
    let mut space = nix::cmsg_space!([RawFd; 1]);
    let mut parts = [IoSliceMut::new(&mut name)];
    let message = recvmsg::<()>(connection.as_raw_fd(), &mut parts, Some(&mut space), MsgFlags::empty());
    let message = message.expect("recvmsg");
    let descriptor = message.cmsgs().expect("room for it").find_map(|control| match control {
        ControlMessageOwned::ScmRights(descriptors) => descriptors.first().copied(),
        _ => None,
    });
    // SAFETY: the kernel has just made this descriptor for this process, and nothing else knows of it.
    let mut master = unsafe { File::from_raw_fd(descriptor.expect("a descriptor")) };
    let length = message.bytes;
    println!("got {}", String::from_utf8_lossy(&name[..length]));
    if let Some(text) = words.get(2) {
        master.write_all(text.as_bytes()).expect("write");
    }
    let mut chunk = [0; 4096];
    // EIO is how a terminal tells that nobody has its other end.
    while let Ok(length @ 1..) = master.read(&mut chunk) {
        std::io::stdout().write_all(&chunk[..length]).expect("stdout");
        std::io::stdout().flush().expect("stdout");
    }
}
