//! The kernel's flags, by name.

use crate::abi::mount;

/// Names the bits of `value` that `table` knows, joined by `|`; what is left over is printed in hex.
pub fn names(value: u64, table: &[(u64, &'static str)]) -> String {
    let mut left = value;
    let mut words = Vec::new();
    for &(bits, name) in table {
        if bits != 0 && left & bits == bits {
            words.push(name.to_owned());
            left &= !bits;
        }
    }
    if left != 0 || words.is_empty() {
        words.push(if left == 0 { "0".into() } else { format!("{left:#x}") });
    }
    words.join("|")
}

macro_rules! table {
    ($(#[$doc:meta])* $name:ident from $place:ident: $($flag:ident)*) => {
        $(#[$doc])*
        // The constants differ in type and sign from one libc to the next; all of them are bit sets.
        #[allow(clippy::cast_sign_loss, clippy::cast_lossless, clippy::unnecessary_cast)]
        pub const $name: &[(u64, &str)] = &[$(($place::$flag as u64, stringify!($flag))),*];
    };
}

table! {
    /// clone(2), setns(2), unshare(2).
    CLONE from libc: CLONE_NEWUSER CLONE_NEWPID CLONE_NEWNS CLONE_NEWNET CLONE_NEWIPC CLONE_NEWUTS
    CLONE_NEWCGROUP CLONE_NEWTIME CLONE_PARENT CLONE_PIDFD
}
table! {
    /// open(2).
    OPEN from libc: O_PATH O_DIRECTORY O_NOFOLLOW O_CREAT O_EXCL O_TRUNC O_APPEND O_RDWR O_WRONLY O_NOCTTY
    O_CLOEXEC
}
table! {
    /// openat2(2), `how.resolve`.
    RESOLVE from libc: RESOLVE_IN_ROOT RESOLVE_BENEATH RESOLVE_NO_SYMLINKS RESOLVE_NO_MAGICLINKS
    RESOLVE_NO_XDEV
}
table! {
    /// `open_tree(2)`.
    TREE from mount: OPEN_TREE_CLONE AT_RECURSIVE AT_EMPTY_PATH OPEN_TREE_CLOEXEC
}
table! {
    /// `mount_setattr(2)`.
    ATTR from mount: MOUNT_ATTR_RDONLY MOUNT_ATTR_NOSUID MOUNT_ATTR_NODEV MOUNT_ATTR_NOEXEC MOUNT_ATTR_ATIME
    MOUNT_ATTR_NOATIME MOUNT_ATTR_STRICTATIME MOUNT_ATTR_NODIRATIME MOUNT_ATTR_NOSYMFOLLOW
    MOUNT_ATTR_IDMAP
}
table! {
    /// mount(2), the propagation types.
    PROPAGATION from libc: MS_PRIVATE MS_SLAVE MS_SHARED MS_UNBINDABLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_bits_are_named_and_unknown_ones_shown() {
        assert_eq!(names(0x0002_0000 | 0x4000_0000, CLONE), "CLONE_NEWNS|CLONE_NEWNET");
        assert_eq!(names(0, CLONE), "0");
        assert_eq!(names(0x0002_0000 | 1, CLONE), "CLONE_NEWNS|0x1");
    }
}
