//! Pontoon's own file, kept from containers.
//!
//! Between clone and execve a process of Pontoon's is inside already, and a program that is, or is interpreted
//! by, `/proc/self/exe` makes the kernel execute Pontoon there once more. Either way its `/proc/PID/exe` is a
//! door to the file on the host, through which root inside could overwrite it (CVE-2019-5736). So what runs or
//! enters containers first executes itself again through a detached, read-only mount of that one file: then
//! this is what the door leads to. Nothing is copied, and nothing can be seen in any table of mounts. It costs
//! one more execve: 0.7 ms of a start's 7 where this was measured (a sealed copy in memory would cost a copy of
//! the file for each container too). Where the file lies on a read-only mount already, it costs nothing.

use std::env;
use std::ffi::CString;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

use crate::abi::mount::MOUNT_ATTR_RDONLY;
use crate::error::{Doing, Result};
use crate::sys::mount::{self, Attributes};
use crate::sys::{clone, file, process};

/// The verbs that let processes into containers.
const ENTERING: [&str; 2] = ["run", "exec"];

/// Executes this program again, protected, if it may be about to enter a container and is not protected yet.
/// The command line has not been understood yet (that would be done twice): any word counts that could be
/// such a verb. Only root enters containers.
///
/// # Errors
/// `open_tree(2)`'s, `mount_setattr(2)`'s and execveat(2)'s.
pub fn protect() -> Result<()> {
    let enters = || env::args().skip(1).any(|word| ENTERING.contains(&word.as_str()));
    if !nix::unistd::geteuid().is_root() || !enters() {
        return Ok(());
    }
    let doing = || "protect Pontoon's own file".to_owned();
    let own = Path::new("/proc/self/exe");
    if file::on_readonly_mount(own).doing(doing)? {
        // Executed by descriptor, a process is named after the descriptor's number.
        return process::set_name(c"pontoon").doing(doing);
    }
    let tree = mount::clone_tree(own, false).doing(doing)?;
    let readonly = Attributes { set: MOUNT_ATTR_RDONLY, ..Attributes::default() };
    mount::mount_setattr(tree.as_fd(), false, readonly).doing(doing)?;
    let word =
        |word: std::ffi::OsString| CString::new(word.into_vec()).expect("execve ends words by zero bytes");
    let arguments: Vec<CString> = env::args_os().map(word).collect();
    let environment: Vec<CString> = env::vars_os()
        .map(|(mut name, value)| {
            name.push("=");
            name.push(value);
            word(name)
        })
        .collect();
    clone::execveat(tree.as_fd(), &arguments, &environment).doing(doing)
}
