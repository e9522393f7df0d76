//! Runs compiled profiles as the kernel would, instruction by instruction.

use serde_json::{Value, json};

use super::*;
use crate::plan::seccomp::plan;

const X86_64: u32 = 0xc000_003e;
const I386: u32 = 0x4000_0003;
const X32_BIT: u32 = 0x4000_0000;

/// A call, as the program sees it (`struct seccomp_data`).
struct Call {
    number: u32,
    arch: u32,
    arguments: [u64; 6],
}

impl Call {
    fn word(&self, offset: u32) -> u32 {
        match offset {
            0 => self.number,
            4 => self.arch,
            offset => {
                let argument = self.arguments[(offset as usize - 16) / 8];
                let half = if offset.is_multiple_of(8) { argument } else { argument >> 32 };
                u32::try_from(half & 0xffff_ffff).unwrap()
            }
        }
    }
}

/// What the program returns.
fn run(program: &[u8], call: &Call) -> u32 {
    let (mut a, mut x, mut memory, mut at) = (0_u32, 0_u32, [0_u32; 16], 0_usize);
    loop {
        let word = u64::from_ne_bytes(program[at * 8..][..8].try_into().unwrap());
        let [code, yes, no, k] = [word & 0xffff, word >> 16 & 0xff, word >> 24 & 0xff, word >> 32];
        let k = u32::try_from(k).unwrap();
        let jump = |condition: bool| usize::try_from(if condition { yes } else { no }).unwrap();
        at += 1;
        match code {
            0x20 => a = call.word(k),
            0x00 => a = k,
            0x01 => x = k,
            0x02 => memory[k as usize] = a,
            0x60 => a = memory[k as usize],
            0x61 => x = memory[k as usize],
            0x07 => x = a,
            0x87 => a = x,
            0x54 => a &= k,
            0x05 => at += k as usize,
            0x15 => at += jump(a == k),
            0x25 => at += jump(a > k),
            0x35 => at += jump(a >= k),
            0x45 => at += jump(a & k != 0),
            0x06 => return k,
            other => panic!("instruction {other:#x} at {at}"),
        }
    }
}

fn compiled(profile: Value) -> Vec<u8> {
    compile(&plan(&serde_json::from_value(profile).unwrap()).unwrap().0).unwrap()
}

fn number(name: &str) -> u32 {
    ScmpSyscall::from_name(name).unwrap().as_raw_syscall().cast_unsigned()
}

fn asked(program: &[u8], name: &str, arguments: &[u64]) -> u32 {
    let mut all = [0; 6];
    all[..arguments.len()].copy_from_slice(arguments);
    run(program, &Call { number: number(name), arch: X86_64, arguments: all })
}

const ALLOW: u32 = 0x7fff_0000;
const ERRNO: u32 = 0x0005_0000;
const ENOSYS: u32 = ERRNO + 38;

#[test]
fn actions_are_what_they_are_called() {
    let rule = |name: &str, action: &str| json!({ "names": [name], "action": action });
    let program = compiled(json!({
        "defaultAction": "SCMP_ACT_ALLOW",
        "listenerPath": "/agent",
        "syscalls": [
            rule("read", "SCMP_ACT_KILL"), rule("close", "SCMP_ACT_KILL_PROCESS"),
            rule("stat", "SCMP_ACT_KILL_THREAD"), rule("lstat", "SCMP_ACT_TRAP"),
            rule("poll", "SCMP_ACT_LOG"), rule("lseek", "SCMP_ACT_NOTIFY"),
            { "names": ["mmap"], "action": "SCMP_ACT_ERRNO", "errnoRet": 5 },
            { "names": ["brk"], "action": "SCMP_ACT_TRACE", "errnoRet": 7 },
            rule("a_call_of_the_next_century", "SCMP_ACT_KILL"),
        ]
    }));
    for (name, result) in [
        ("write", ALLOW),
        ("read", 0),
        ("stat", 0),
        ("close", 0x8000_0000),
        ("lstat", 0x0003_0000),
        ("poll", 0x7ffc_0000),
        ("lseek", 0x7fc0_0000),
        ("mmap", ERRNO | 5),
        ("brk", 0x7ff0_0007),
    ] {
        assert_eq!(asked(&program, name, &[]), result, "{name}");
    }
}

#[test]
fn arguments_are_compared() {
    const BIG: u64 = 1 << 40;
    for (operator, value, two, yes, no) in [
        ("SCMP_CMP_EQ", BIG, 0, vec![BIG], vec![0, BIG + 1]),
        ("SCMP_CMP_NE", BIG, 0, vec![0, BIG + 1], vec![BIG]),
        ("SCMP_CMP_LT", BIG, 0, vec![0, BIG - 1], vec![BIG, BIG + 1]),
        ("SCMP_CMP_LE", BIG, 0, vec![0, BIG - 1, BIG], vec![BIG + 1]),
        ("SCMP_CMP_GT", BIG, 0, vec![BIG + 1], vec![0, BIG]),
        ("SCMP_CMP_GE", BIG, 0, vec![BIG, BIG + 1], vec![0, BIG - 1]),
        ("SCMP_CMP_MASKED_EQ", 0xf0, 0x30, vec![0x30, 0x3f, BIG | 0x30], vec![0, 0x20, 0x40]),
    ] {
        let argument = json!({ "index": 2, "value": value, "valueTwo": two, "op": operator });
        let rule = json!({ "names": ["read"], "action": "SCMP_ACT_ERRNO", "args": [argument] });
        let program = compiled(json!({ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule] }));
        let result = |value: u64| asked(&program, "read", &[7, 7, value]);
        assert!(yes.iter().all(|value| result(*value) == ERRNO | 1), "{operator}");
        assert!(no.iter().all(|value| result(*value) == ALLOW), "{operator}");
    }
}

#[test]
fn conditions_hold_together_but_for_one_argument() {
    let argument = |index: u32, value: u32| json!({ "index": index, "value": value, "op": "SCMP_CMP_EQ" });
    let program = |arguments: Value| {
        let rule = json!({ "names": ["read"], "action": "SCMP_ACT_ERRNO", "args": arguments });
        compiled(json!({ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule] }))
    };
    let both = program(json!([argument(0, 1), argument(1, 2)]));
    assert_eq!([[1, 2], [1, 3], [0, 2]].map(|two| asked(&both, "read", &two) == ALLOW), [false, true, true]);
    let either = program(json!([argument(0, 1), argument(0, 2)]));
    assert_eq!([1, 2, 3].map(|one| asked(&either, "read", &[one]) == ALLOW), [false, false, true]);
}

#[test]
fn calls_newer_than_the_profile_do_not_exist() {
    let with = |default: &str, architectures: &[&str]| {
        let rule = json!({ "names": ["read", "openat2"], "action": "SCMP_ACT_ALLOW" });
        compiled(json!({ "defaultAction": default, "architectures": architectures, "syscalls": [rule] }))
    };
    let result =
        |program: &[u8], arch: u32, number: u32| run(program, &Call { number, arch, arguments: [0; 6] });
    let all = with("SCMP_ACT_ERRNO", &["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]);
    // openat2 is 437 on each; mkdir is older than it, and pidfd_getfd newer.
    for (arch, bit, mkdir) in [(X86_64, 0, 83), (X86_64, X32_BIT, 83), (I386, 0, 39)] {
        assert_eq!(result(&all, arch, bit + 437), ALLOW);
        assert_eq!(result(&all, arch, bit | mkdir), ERRNO | 1);
        assert_eq!(result(&all, arch, bit + 438), ENOSYS);
        assert_eq!(result(&all, arch, bit + 999), ENOSYS);
    }
    // Other architectures than the profile's are libseccomp's matter: it kills.
    let native = with("SCMP_ACT_ERRNO", &[]);
    assert_eq!(result(&native, X86_64, 438), ENOSYS);
    assert_eq!(result(&native, X86_64, 437), ALLOW);
    assert_eq!([result(&native, I386, 999), result(&native, X86_64, X32_BIT + 999)], [0, 0]);
    // Who lets everything else through, or kills for it, is taken at its word.
    assert_eq!(result(&with("SCMP_ACT_LOG", &[]), X86_64, 438), 0x7ffc_0000);
    assert_eq!(result(&with("SCMP_ACT_KILL_PROCESS", &[]), X86_64, 83), 0x8000_0000);
}

#[test]
fn what_libseccomp_refuses_is_named() {
    let refused = |profile: Value| {
        let profile = plan(&serde_json::from_value(profile).unwrap()).unwrap().0;
        compile(&profile).unwrap_err().to_string()
    };
    let text = refused(json!({ "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_S390X"] }));
    assert!(text.contains("linux.seccomp.architectures: SCMP_ARCH_S390X: libseccomp"), "{text}");
}

/// The default profile, by the program that libseccomp makes and by the one that is loaded: every number that
/// could matter, on every architecture, with arguments that matter to some.
#[test]
fn the_shorter_program_decides_the_same() {
    let default: Value = serde_json::from_str(&rootfs_tools::default_config()).unwrap();
    let narrow = json!({
        "defaultAction": "SCMP_ACT_KILL_PROCESS",
        "architectures": ["SCMP_ARCH_ARM", "SCMP_ARCH_X32"],
        "syscalls": [
            { "names": ["read", "mkdir", "a_call_of_the_next_century"], "action": "SCMP_ACT_LOG" },
            { "names": ["socket"], "action": "SCMP_ACT_ERRNO", "errnoRet": 7,
              "args": [{ "index": 0, "value": 38, "op": "SCMP_CMP_EQ" }, { "index": 2, "value": 1, "op": "SCMP_CMP_GE" }] },
            { "names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [{ "index": 1, "value": 131_072, "op": "SCMP_CMP_NE" }] },
        ]
    });
    for wanted in [default["linux"]["seccomp"].clone(), narrow] {
        let profile = plan(&serde_json::from_value(wanted).unwrap()).unwrap().0;
        let whole = export(&profile, &context(&profile).unwrap()).unwrap();
        let short = compile(&profile).unwrap();
        assert!(short.len() * 3 < whole.len() || whole.len() < 1000, "{} of {}", short.len(), whole.len());
        let numbers = (0..600).chain(X32_BIT..X32_BIT + 600).chain([X32_BIT - 1, 0x8000_0000, u32::MAX]);
        for number in numbers {
            for arch in [X86_64, I386, 0x4000_0028, 0xc000_00b7, 0] {
                for argument in [0, 1, 8, 38, 39, 40, 41, 131_072, 0x7e02_0000, 0xffff_ffff, 1 << 40] {
                    let call = |arguments| Call { number, arch, arguments };
                    for arguments in [[argument; 6], [argument, 0, 0, 0, 0, 0], [0, argument, 1, 0, 0, 0]] {
                        let [one, other] = [&whole, &short].map(|program| run(program, &call(arguments)));
                        assert_eq!(one, other, "{number:#x} {arch:#x} {arguments:?}");
                    }
                }
            }
        }
    }
}
