//! Process 1 of a test's host: reaps orphans, and ends, and its host with it, when its test does.

use std::io::Read;

use nix::errno::Errno;
use nix::mount::{MsFlags, mount};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};

fn main() {
    let mut ended = SigSet::empty();
    ended.add(Signal::SIGCHLD);
    ended.thread_block().expect("sigprocmask");
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    mount(Some("proc"), "/proc", Some("proc"), flags, None::<&str>).expect("mount /proc");
    std::thread::spawn(|| {
        // The test holds the other end, and never writes.
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    println!("ready");
    loop {
        ended.wait().expect("sigwait");
        reap();
    }
}

/// Reaps every child that has ended.
fn reap() {
    while let Ok(status) = waitpid(None, Some(WaitPidFlag::WNOHANG)).or_else(|errno| match errno {
        Errno::EINTR => Ok(WaitStatus::StillAlive),
        errno => Err(errno),
    }) {
        if status == WaitStatus::StillAlive {
            return;
        }
    }
}
