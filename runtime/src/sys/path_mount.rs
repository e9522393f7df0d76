//! Mounts by path, as `ip netns` makes them: mount(2) and umount2(2). For paths of the host's alone; what lies in a
//! container's root directory is mounted by descriptor (`super::mount`).

use std::path::Path;

use nix::mount::{MntFlags, MsFlags, mount, umount2};

use super::gate::{About, Result, pass};

/// Shows what is at `source` at `target` too (`MS_BIND`), with what is mounted below it if `recursive` (`MS_REC`).
///
/// # Errors
/// mount(2)'s.
pub fn bind(source: &Path, target: &Path, recursive: bool) -> Result<()> {
    let (flags, names, option) = if recursive {
        (MsFlags::MS_BIND | MsFlags::MS_REC, "MS_BIND|MS_REC", "--rbind")
    } else {
        (MsFlags::MS_BIND, "MS_BIND", "--bind")
    };
    let about = || {
        About::new(format!("{source:?}, {target:?}, {names}")).command(format!(
            "mount {option} {} {}",
            source.display(),
            target.display()
        ))
    };
    pass("mount", about, || mount(Some(source), target, None::<&str>, flags, None::<&str>))
}

/// Lets what is mounted below `path` from now on appear wherever else `path` is mounted, and the other way round
/// (`MS_SHARED|MS_REC`).
///
/// # Errors
/// mount(2)'s: EINVAL where it is no mount point.
pub fn make_shared(path: &Path) -> Result<()> {
    let about = || {
        let command = format!("mount --make-rshared {}", path.display());
        About::new(format!("{path:?}, MS_SHARED|MS_REC")).command(command)
    };
    let flags = MsFlags::MS_SHARED | MsFlags::MS_REC;
    pass("mount", about, || mount(None::<&str>, path, None::<&str>, flags, None::<&str>))
}

/// What is mounted below `path` from now on appears nowhere else, though what is mounted elsewhere appears here
/// (`MS_SLAVE|MS_REC`).
///
/// # Errors
/// mount(2)'s.
pub fn make_slave(path: &Path) -> Result<()> {
    let about = || {
        let command = format!("mount --make-rslave {}", path.display());
        About::new(format!("{path:?}, MS_SLAVE|MS_REC")).command(command)
    };
    let flags = MsFlags::MS_SLAVE | MsFlags::MS_REC;
    pass("mount", about, || mount(None::<&str>, path, None::<&str>, flags, None::<&str>))
}

/// Mounts a sysfs, which shows the devices of this process's network namespace, as `source` on `target`.
///
/// # Errors
/// mount(2)'s.
pub fn sysfs(source: &str, target: &Path, read_only: bool) -> Result<()> {
    let (flags, names, option) =
        if read_only { (MsFlags::MS_RDONLY, "MS_RDONLY", "-o ro ") } else { (MsFlags::empty(), "0", "") };
    let about = || {
        let command = format!("mount -t sysfs {option}{source} {}", target.display());
        About::new(format!("{source:?}, {target:?}, \"sysfs\", {names}")).command(command)
    };
    pass("mount", about, || mount(Some(source), target, Some("sysfs"), flags, None::<&str>))
}

/// Takes away what is mounted on `path`, also while it is in use (`MNT_DETACH`).
///
/// # Errors
/// umount2(2)'s: EINVAL where nothing is mounted.
pub fn detach(path: &Path) -> Result<()> {
    let about =
        || About::new(format!("{path:?}, MNT_DETACH")).command(format!("umount -l {}", path.display()));
    pass("umount2", about, || umount2(path, MntFlags::MNT_DETACH))
}
