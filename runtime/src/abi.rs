//! Constants of the kernel's interface that libc lacks.

/// `<linux/mount.h>`: the mount calls of Linux 5.2 and 5.12.
#[allow(missing_docs)]
pub mod mount {
    pub const OPEN_TREE_CLONE: u32 = 1;
    pub const OPEN_TREE_CLOEXEC: u32 = libc::O_CLOEXEC.cast_unsigned();
    pub const AT_RECURSIVE: u32 = 0x8000;
    pub const AT_EMPTY_PATH: u32 = libc::AT_EMPTY_PATH.cast_unsigned();
    pub const MOVE_MOUNT_F_EMPTY_PATH: u32 = 0x04;
    pub const MOVE_MOUNT_T_EMPTY_PATH: u32 = 0x40;
    pub const FSOPEN_CLOEXEC: u32 = 1;
    pub const FSMOUNT_CLOEXEC: u32 = 1;
    pub const FSCONFIG_SET_FLAG: u32 = 0;
    pub const FSCONFIG_SET_STRING: u32 = 1;
    pub const FSCONFIG_CMD_CREATE: u32 = 6;
    pub const FSCONFIG_CMD_RECONFIGURE: u32 = 7;
    pub const FSPICK_CLOEXEC: u32 = 0x01;
    pub const FSPICK_EMPTY_PATH: u32 = 0x08;

    pub const MOUNT_ATTR_RDONLY: u64 = 0x01;
    pub const MOUNT_ATTR_NOSUID: u64 = 0x02;
    pub const MOUNT_ATTR_NODEV: u64 = 0x04;
    pub const MOUNT_ATTR_NOEXEC: u64 = 0x08;
    /// The three access-time modes are one field; clearing it means `relatime`.
    pub const MOUNT_ATTR_ATIME: u64 = 0x70;
    pub const MOUNT_ATTR_NOATIME: u64 = 0x10;
    pub const MOUNT_ATTR_STRICTATIME: u64 = 0x20;
    pub const MOUNT_ATTR_NODIRATIME: u64 = 0x80;
    pub const MOUNT_ATTR_NOSYMFOLLOW: u64 = 0x0020_0000;
}

/// `<linux/sched.h>`; libc's constant does not fit its own type.
pub const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;
