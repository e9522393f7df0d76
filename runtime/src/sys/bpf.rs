//! bpf(2), as far as device rules need it.

use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use nix::errno::Errno;

use super::gate::{About, Result, pass};
use crate::device_filter::Instruction;

const BPF_PROG_LOAD: libc::c_int = 5;
const BPF_PROG_ATTACH: libc::c_int = 8;
const BPF_PROG_TYPE_CGROUP_DEVICE: u32 = 15;
const BPF_CGROUP_DEVICE: u32 = 6;
const BPF_F_ALLOW_MULTI: u32 = 2;

/// The beginning of `union bpf_attr` for `BPF_PROG_LOAD`.
#[repr(C)]
struct Load {
    kind: u32,
    count: u32,
    instructions: u64,
    license: u64,
    log_level: u32,
    log_size: u32,
    log: u64,
}

/// The beginning of `union bpf_attr` for `BPF_PROG_ATTACH`.
#[repr(C)]
struct Attach {
    target: u32,
    program: u32,
    kind: u32,
    flags: u32,
}

/// Loads a program that the kernel asks about device nodes.
///
/// # Errors
/// bpf(2)'s: EINVAL or EACCES for a program that the kernel does not trust.
pub fn load_device_program(program: &[Instruction]) -> Result<OwnedFd> {
    let about =
        || About::new(format!("BPF_PROG_LOAD, BPF_PROG_TYPE_CGROUP_DEVICE, {} instructions", program.len()));
    pass("bpf", about, || {
        let attributes = Load {
            kind: BPF_PROG_TYPE_CGROUP_DEVICE,
            count: program.len().try_into().map_err(|_| Errno::E2BIG)?,
            instructions: program.as_ptr().addr() as u64,
            license: c"Apache-2.0".as_ptr().addr() as u64,
            log_level: 0,
            log_size: 0,
            log: 0,
        };
        // SAFETY: `attributes` is what BPF_PROG_LOAD reads, in its size; the instructions and the licence
        // outlive the call. The result is a new descriptor, close-on-exec by itself.
        unsafe {
            let size = size_of::<Load>();
            let fd = Errno::result(libc::syscall(libc::SYS_bpf, BPF_PROG_LOAD, &raw const attributes, size))?;
            Ok(OwnedFd::from_raw_fd(fd.try_into().map_err(|_| Errno::EBADF)?))
        }
    })
}

/// Has the kernel ask `program` about the processes in a cgroup of version 2.
///
/// # Errors
/// bpf(2)'s.
pub fn attach_device_program(cgroup: BorrowedFd<'_>, program: BorrowedFd<'_>) -> Result<()> {
    let about = || {
        let (cgroup, program) = (cgroup.as_raw_fd(), program.as_raw_fd());
        About::new(format!("BPF_PROG_ATTACH, {cgroup}, {program}, BPF_CGROUP_DEVICE, BPF_F_ALLOW_MULTI"))
    };
    pass("bpf", about, || {
        let attributes = Attach {
            target: cgroup.as_raw_fd().cast_unsigned(),
            program: program.as_raw_fd().cast_unsigned(),
            kind: BPF_CGROUP_DEVICE,
            flags: BPF_F_ALLOW_MULTI,
        };
        // SAFETY: `attributes` is what BPF_PROG_ATTACH reads, in its size.
        let result = unsafe {
            libc::syscall(libc::SYS_bpf, BPF_PROG_ATTACH, &raw const attributes, size_of::<Attach>())
        };
        Errno::result(result).map(drop)
    })
}
