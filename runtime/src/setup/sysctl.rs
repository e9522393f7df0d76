//! Kernel parameters of the container's namespaces.

use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::OFlag;

use crate::abi::mount::{MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC, MOUNT_ATTR_NOSUID};
use crate::error::{Doing, Result};
use crate::plan::Sysctl;
use crate::sys::{self, file, mount};

/// Writes each, in the namespaces that this process is in. It is done on a procfs of its own that is mounted
/// nowhere, so that nobody can have put anything in its place (CVE-2025-52881).
///
/// # Errors
/// The parameter, and the kernel's answer: ENOENT for one that it does not have, EINVAL for a bad value.
pub fn write_all(sysctls: &[Sysctl]) -> Result<()> {
    let doing = || "sysctl: a procfs".to_owned();
    let context = mount::fsopen("proc").doing(doing)?;
    mount::fsconfig_create(context.as_fd()).doing(doing)?;
    let flags = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    let procfs = mount::fsmount(context.as_fd(), flags).doing(doing)?;
    for Sysctl { name, path, value } in sysctls {
        let doing = || format!("sysctl {name} = {value:?}");
        let parameter = file::open_in_root(procfs.as_fd(), path, OFlag::O_WRONLY, false).doing(doing)?;
        file::write_to(parameter.as_fd(), path, value).doing(doing)?;
    }
    Ok(())
}

/// Turns IPv6 off, by a `procfs` of this process's own, on devices that are put into its network namespace from now on.
///
/// # Errors
/// The kernel's; none where it has no IPv6.
pub fn turn_ipv6_off(procfs: BorrowedFd<'_>) -> sys::Result<()> {
    let path = Path::new("sys/net/ipv6/conf/default/disable_ipv6");
    match file::open_in_root(procfs, path, OFlag::O_WRONLY, false) {
        Err(error) if error.errno == Errno::ENOENT => Ok(()),
        opened => file::write_to(opened?.as_fd(), path, "1"),
    }
}
