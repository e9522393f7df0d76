//! System calls that are newer than a profile: they fail with ENOSYS, as on a kernel that lacks them, so that
//! programs fall back to the older ones. A profile's usual EPERM would make them give up. runc does the same.
//!
//! Newer is what has a higher number than any call that the profile names for the architecture.

use libseccomp::{ScmpArch, ScmpSyscall};

use crate::plan::seccomp::{Action, Profile};

/// `AUDIT_ARCH_X86_64` and `AUDIT_ARCH_I386` (`<linux/audit.h>`).
const X86_64: u32 = 0xc000_003e;
const I386: u32 = 0x4000_0003;
/// The bit in the number of a call that a program for x32 makes.
const X32_BIT: u32 = 0x4000_0000;

// Instructions of the classic BPF (`<linux/bpf_common.h>`).
const LOAD: u16 = 0x20; // BPF_LD | BPF_W | BPF_ABS
const JUMP: u16 = 0x05; // BPF_JMP | BPF_JA
const IF_EQUAL: u16 = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const IF_GREATER: u16 = 0x25; // BPF_JMP | BPF_JGT | BPF_K
const IF_SET: u16 = 0x45; // BPF_JMP | BPF_JSET | BPF_K
const RETURN: u16 = 0x06; // BPF_RET | BPF_K

/// Where `struct seccomp_data` has the number of the call and the architecture.
const NUMBER: u32 = 0;
const ARCHITECTURE: u32 = 4;
/// `SECCOMP_RET_ERRNO` with ENOSYS.
const NO_SUCH_CALL: u32 = 0x0005_0000 | libc::ENOSYS.cast_unsigned();

type Instruction = (u16, u8, u8, u32);

/// What goes before the program of a profile; nothing where its default lets calls through, or says ENOSYS anyway.
pub(super) fn prologue(profile: &Profile, architectures: &[(&str, ScmpArch)]) -> Vec<u8> {
    match profile.default_action {
        Action::Allow | Action::Log | Action::Trace(_) => return Vec::new(),
        Action::Errno(number) if i32::from(number) == libc::ENOSYS => return Vec::new(),
        _ => {}
    }
    let newest = |arch: ScmpArch| {
        let listed = arch == ScmpArch::X8664 || architectures.iter().any(|(_, other)| *other == arch);
        if listed { newest(profile, arch) } else { None }
    };
    let sections = [
        section(X86_64, newest(ScmpArch::X8664), newest(ScmpArch::X32)),
        section(I386, newest(ScmpArch::X86), None),
    ];
    if sections.iter().all(Vec::is_empty) {
        return Vec::new();
    }
    let program = [vec![(LOAD, 0, 0, ARCHITECTURE)], sections.concat()].concat();
    // Each section ends with its jump behind all of them.
    let end = program.len();
    let encode = |(at, (code, yes, no, k)): (usize, Instruction)| {
        let k = if code == JUMP { u32::try_from(end - at - 1).expect("a short program") } else { k };
        let [code, k] = [u64::from(code), u64::from(k) << 32];
        (code | u64::from(yes) << 16 | u64::from(no) << 24 | k).to_ne_bytes()
    };
    program.into_iter().enumerate().flat_map(encode).collect()
}

/// The highest number of a call on `arch` that the profile names.
fn newest(profile: &Profile, arch: ScmpArch) -> Option<u32> {
    let names = profile.rules.iter().flat_map(|rule| &rule.names);
    let numbers = names.filter_map(|name| ScmpSyscall::from_name_by_arch(name, arch).ok());
    numbers.filter_map(|call| u32::try_from(call.as_raw_syscall()).ok()).max()
}

/// For one architecture: calls above the newest of it, or of the one that shares its name, end here.
fn section(architecture: u32, newest: Option<u32>, newest_x32: Option<u32>) -> Vec<Instruction> {
    let above = |newest: Option<u32>| {
        newest.map_or(Vec::new(), |newest| vec![(IF_GREATER, 0, 1, newest), (RETURN, 0, 0, NO_SUCH_CALL)])
    };
    let jump = (JUMP, 0, 0, 0);
    let (own, x32) = (above(newest), above(newest_x32.map(|newest| newest | X32_BIT)));
    if own.is_empty() && x32.is_empty() {
        return Vec::new();
    }
    let length = |part: &Vec<Instruction>| u8::try_from(part.len()).expect("a few instructions");
    let own = [own, vec![jump]].concat();
    let own = match architecture {
        X86_64 => [vec![(IF_SET, length(&own), 0, X32_BIT)], own, x32, vec![jump]].concat(),
        _ => own,
    };
    let body = [vec![(LOAD, 0, 0, NUMBER)], own].concat();
    [vec![(IF_EQUAL, 0, length(&body), architecture)], body].concat()
}
