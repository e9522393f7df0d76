//! System calls that are newer than a profile: they fail with ENOSYS, as on a kernel that lacks them, so that
//! programs fall back to the older ones. A profile's usual EPERM would make them give up. runc does the same.
//!
//! Newer is what has a higher number than any call that the profile names for the architecture.

use libseccomp::{ScmpArch, ScmpSyscall};

use super::bpf::{
    ARCHITECTURE, IF_EQUAL, IF_GREATER, IF_SET, Instruction, JUMP, LOAD, NUMBER, RETURN, X32_BIT, encode,
};
use crate::plan::seccomp::{Action, Profile};

/// `AUDIT_ARCH_X86_64` and `AUDIT_ARCH_I386` (`<linux/audit.h>`).
const X86_64: u32 = 0xc000_003e;
const I386: u32 = 0x4000_0003;
/// `SECCOMP_RET_ERRNO` with ENOSYS.
const NO_SUCH_CALL: u32 = 0x0005_0000 | libc::ENOSYS.cast_unsigned();

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
    let mut program = [vec![Instruction::new(LOAD, ARCHITECTURE)], sections.concat()].concat();
    // Each section ends with its jump behind all of them.
    let end = program.len();
    for (at, jump) in program.iter_mut().enumerate().filter(|(_, instruction)| instruction.code == JUMP) {
        jump.k = u32::try_from(end - at - 1).expect("a short program");
    }
    encode(&program)
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
        newest.map_or(Vec::new(), |k| {
            vec![Instruction { code: IF_GREATER, yes: 0, no: 1, k }, Instruction::new(RETURN, NO_SUCH_CALL)]
        })
    };
    let jump = Instruction::new(JUMP, 0);
    let (own, x32) = (above(newest), above(newest_x32.map(|newest| newest | X32_BIT)));
    if own.is_empty() && x32.is_empty() {
        return Vec::new();
    }
    let length = |part: &Vec<Instruction>| u8::try_from(part.len()).expect("a few instructions");
    let own = [own, vec![jump]].concat();
    let own = match architecture {
        X86_64 => {
            let to_x32 = Instruction { code: IF_SET, yes: length(&own), no: 0, k: X32_BIT };
            [vec![to_x32], own, x32, vec![jump]].concat()
        }
        _ => own,
    };
    let body = [vec![Instruction::new(LOAD, NUMBER)], own].concat();
    let other = Instruction { code: IF_EQUAL, yes: 0, no: length(&body), k: architecture };
    [vec![other], body].concat()
}
