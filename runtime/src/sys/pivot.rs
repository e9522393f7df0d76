//! Making a directory the root of the mount namespace.

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::unistd::{chroot, pivot_root as nix_pivot_root};

use super::gate::{About, Result, pass};

/// pivot_root(".", "."): the working directory becomes the root, and the old root lies on top of it, to
/// be unmounted by [`detach_old_root`].
///
/// # Errors
/// `pivot_root(2)`'s.
pub fn pivot_root() -> Result<()> {
    let about = || About::new("\".\", \".\"").command("pivot_root . .");
    pass("pivot_root", about, || nix_pivot_root(".", "."))
}

/// umount2(".", `MNT_DETACH`): the old root goes once nobody uses it.
///
/// # Errors
/// umount2(2)'s.
pub fn detach_old_root() -> Result<()> {
    let about = || About::new("\".\", MNT_DETACH").command("umount -l .");
    pass("umount2", about, || umount2(".", MntFlags::MNT_DETACH))
}

/// mount(".", "/", `MS_MOVE`) and chroot("."): the working directory, a mount, lies on top of the old root and is
/// the root. For where the old root is the kernel's first one, which can't be put away.
///
/// # Errors
/// mount(2)'s and chroot(2)'s.
pub fn move_to_root() -> Result<()> {
    let about = || About::new("\".\", \"/\", MS_MOVE").command("mount --move . /");
    pass("mount", about, || mount(Some("."), "/", None::<&str>, MsFlags::MS_MOVE, None::<&str>))?;
    pass("chroot", || About::new("\".\"").command("chroot ."), || chroot("."))
}
