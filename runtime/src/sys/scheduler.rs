//! How the kernel treats a process: its turn on the processors, its place before the disk, where its memory lies,
//! what machine it believes to be on.

use nix::errno::Errno;

use super::gate::{About, Result, pass};

/// `struct sched_attr` (`sched_setattr(2)`, `<linux/sched/types.h>`), with the clamps of Linux 5.3.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SchedAttr {
    /// The size of this structure; filled in by [`set_scheduler`].
    pub size: u32,
    /// `SCHED_*`.
    pub policy: u32,
    /// `SCHED_FLAG_*`.
    pub flags: u64,
    /// From -20 to 19.
    pub nice: i32,
    /// From 1 to 99, for `SCHED_FIFO` and `SCHED_RR`.
    pub priority: u32,
    /// Nanoseconds in each period.
    pub runtime: u64,
    /// Nanoseconds.
    pub deadline: u64,
    /// Nanoseconds.
    pub period: u64,
    /// The least performance that is asked for, to 1024.
    pub util_min: u32,
    /// The most.
    pub util_max: u32,
}

/// `SCHED_ATTR_SIZE_VER1`.
const SCHED_ATTR_SIZE: u32 = 56;

/// `sched_setattr(2)` on this process.
///
/// # Errors
/// `sched_setattr`'s: EPERM without `CAP_SYS_NICE`, or where the cpu cgroup has no real-time share.
pub fn set_scheduler(attributes: SchedAttr) -> Result<()> {
    let attributes = SchedAttr { size: SCHED_ATTR_SIZE, ..attributes };
    let about = || {
        let SchedAttr { policy, flags, nice, priority, runtime, deadline, period, .. } = attributes;
        About::new(format!(
            "0, {{policy={policy}, flags={flags:#x}, nice={nice}, priority={priority}, runtime={runtime}, \
             deadline={deadline}, period={period}}}"
        ))
    };
    pass("sched_setattr", about, || {
        // SAFETY: the structure says its own size and outlives the call.
        Errno::result(unsafe { libc::syscall(libc::SYS_sched_setattr, 0, &raw const attributes, 0) })
            .map(drop)
    })
}

/// `ioprio_set(2)` on this process: a class (1 real-time, 2 best effort, 3 idle) and a priority, 0 the highest.
///
/// # Errors
/// `ioprio_set`'s: EPERM for the real-time class without `CAP_SYS_NICE`.
pub fn set_io_priority(class: u32, priority: u32) -> Result<()> {
    const IOPRIO_WHO_PROCESS: libc::c_int = 1;
    const IOPRIO_CLASS_SHIFT: u32 = 13;
    let about = || {
        About::new(format!("IOPRIO_WHO_PROCESS, 0, {class}:{priority}"))
            .command(format!("ionice -c {class} -n {priority} -p $$"))
    };
    pass("ioprio_set", about, || {
        let value = class << IOPRIO_CLASS_SHIFT | priority;
        // SAFETY: no pointers.
        Errno::result(unsafe { libc::syscall(libc::SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, value) }).map(drop)
    })
}

/// `set_mempolicy(2)`: a mode with its flags (`MPOL_*`) and the numbers of the nodes that it is about.
///
/// # Errors
/// `set_mempolicy`'s: EINVAL for nodes that are not there or that the mode does not take.
pub fn set_memory_policy(mode: i32, nodes: &[u32]) -> Result<()> {
    let about = || About::new(format!("{mode:#x}, {nodes:?}"));
    pass("set_mempolicy", about, || {
        let mask = mask(nodes);
        let pointer = if nodes.is_empty() { std::ptr::null() } else { mask.as_ptr() };
        // The kernel looks at one bit less than it is told of.
        let bits = if nodes.is_empty() { 0 } else { mask.len() * 64 + 1 };
        // SAFETY: the pointer is null or that of `mask`, which holds `bits - 1` bits and outlives the call.
        Errno::result(unsafe { libc::syscall(libc::SYS_set_mempolicy, mode, pointer, bits) }).map(drop)
    })
}

/// `sched_setaffinity(2)` on this process: the processors that it may run on.
///
/// # Errors
/// `sched_setaffinity`'s: EINVAL where none of them may be used.
pub fn set_affinity(processors: &[u32]) -> Result<()> {
    let about = || {
        let list: Vec<String> = processors.iter().map(u32::to_string).collect();
        About::new(format!("0, [{}]", list.join(", "))).command(format!("taskset -cp {} $$", list.join(",")))
    };
    pass("sched_setaffinity", about, || {
        let mask = mask(processors);
        // SAFETY: the pointer and the length in bytes are those of `mask`, which outlives the call.
        let result =
            unsafe { libc::syscall(libc::SYS_sched_setaffinity, 0, size_of_val(&*mask), mask.as_ptr()) };
        Errno::result(result).map(drop)
    })
}

/// personality(2).
///
/// # Errors
/// None from the kernel but EINVAL.
pub fn set_personality(domain: u64) -> Result<()> {
    pass(
        "personality",
        || About::new(format!("{domain:#x}")),
        || {
            // SAFETY: no pointers.
            Errno::result(unsafe { libc::personality(domain) }).map(drop)
        },
    )
}

/// A set of small numbers as the kernel takes it: bit N of the words is number N.
fn mask(numbers: &[u32]) -> Vec<u64> {
    let words = numbers.iter().max().map_or(0, |last| last / 64 + 1);
    let mut mask = vec![0; words as usize];
    for number in numbers {
        mask[(number / 64) as usize] |= 1 << (number % 64);
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_bits() {
        assert_eq!(mask(&[]), [0_u64; 0]);
        assert_eq!(mask(&[0, 3, 63]), [1 << 63 | 0b1001]);
        assert_eq!(mask(&[64]), [0, 1]);
        assert_eq!(size_of::<SchedAttr>(), SCHED_ATTR_SIZE as usize);
    }
}
