//! Files in memory.

use std::ffi::CStr;
use std::fs::File;
use std::os::fd::OwnedFd;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, SealFlag, fcntl};
use nix::sys::memfd::{MFdFlags, memfd_create};

use super::gate::{About, Error, Result, pass};

/// `MFD_EXEC` (Linux 6.3, `<linux/memfd.h>`): may be executed, whatever the default for others.
const MFD_EXEC: u32 = 0x10;

/// A file in memory with this content, that nobody can ever change again, closed on exec.
///
/// # Errors
/// memfd_create(2)'s, write(2)'s and fcntl(2)'s.
pub fn sealed(name: &CStr, content: &[u8]) -> Result<OwnedFd> {
    let about =
        || About::new(format!("{name:?}, MFD_ALLOW_SEALING|MFD_CLOEXEC|MFD_EXEC, {} bytes", content.len()));
    pass("memfd_create", about, || {
        let flags = MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING;
        let file = match memfd_create(name, flags | MFdFlags::from_bits_retain(MFD_EXEC)) {
            // A kernel that has no such flag lets all of them be executed.
            Err(Errno::EINVAL) => memfd_create(name, flags)?,
            made => made?,
        };
        if nix::unistd::write(&file, content)? != content.len() {
            return Err(Errno::ENOSPC);
        }
        let seals =
            SealFlag::F_SEAL_WRITE | SealFlag::F_SEAL_GROW | SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_SEAL;
        fcntl(&file, FcntlArg::F_ADD_SEALS(seals))?;
        Ok(file)
    })
}

/// A file in memory to write to and read from, closed on exec. It changes nothing anywhere, so it does not pass
/// the gate.
///
/// # Errors
/// memfd_create(2)'s.
pub fn scratch(name: &CStr) -> Result<File> {
    let file = memfd_create(name, MFdFlags::MFD_CLOEXEC);
    file.map(File::from).map_err(|errno| Error {
        call: "memfd_create",
        arguments: format!("{name:?}"),
        errno,
    })
}
