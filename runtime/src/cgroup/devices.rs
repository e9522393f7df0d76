//! Rules about device nodes: files on v1, a program of the kernel's on v2.

use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;

use nix::fcntl::OFlag;

use crate::device_filter;
use crate::error::{Doing, Result};
use crate::plan::DeviceRule;
use crate::sys::{bpf, file};

pub(super) fn rules_v2(directory: BorrowedFd<'_>, rules: &[DeviceRule]) -> Result<()> {
    let doing = || "device rules".to_owned();
    let program = bpf::load_device_program(&device_filter::program(rules)).doing(doing)?;
    // The cgroup holds the program from now on, and lets go of it when it goes itself.
    bpf::attach_device_program(directory, program.as_fd()).doing(doing)
}

pub(super) fn rules_v1(directory: &Path, rules: &[DeviceRule]) -> Result<()> {
    let open = |name| {
        let path = directory.join(name);
        let file = file::open(&path, OFlag::O_WRONLY).doing(|| format!("cgroup {}", directory.display()))?;
        Ok((path, file))
    };
    let (deny, allow) = (open("devices.deny")?, open("devices.allow")?);
    for rule in rules {
        let (path, file) = if rule.allow { &allow } else { &deny };
        let text = rule.to_string();
        file::write_to(file.as_fd(), path, &text).doing(|| format!("device rule {text:?}"))?;
    }
    Ok(())
}
