//! Instructions of the classic BPF, as far as filters of system calls have them (`<linux/bpf_common.h>`).

/// Loads a word of `struct seccomp_data` (`BPF_LD | BPF_W | BPF_ABS`).
pub(super) const LOAD: u16 = 0x20;
/// `BPF_JMP | BPF_JA`.
pub(super) const JUMP: u16 = 0x05;
/// `BPF_JMP | BPF_JEQ | BPF_K`.
pub(super) const IF_EQUAL: u16 = 0x15;
/// `BPF_JMP | BPF_JGT | BPF_K`.
pub(super) const IF_GREATER: u16 = 0x25;
/// `BPF_JMP | BPF_JGE | BPF_K`.
pub(super) const IF_NOT_LESS: u16 = 0x35;
/// `BPF_JMP | BPF_JSET | BPF_K`.
pub(super) const IF_SET: u16 = 0x45;
/// `BPF_RET | BPF_K`.
pub(super) const RETURN: u16 = 0x06;

/// Where `struct seccomp_data` has the number of the call.
pub(super) const NUMBER: u32 = 0;
/// And the architecture.
pub(super) const ARCHITECTURE: u32 = 4;

/// The bit in the number of a call that a program for x32 makes.
pub(super) const X32_BIT: u32 = 0x4000_0000;

/// One instruction (`struct sock_filter`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Instruction {
    pub(super) code: u16,
    /// How many instructions are passed over if the condition holds.
    pub(super) yes: u8,
    /// And if it does not.
    pub(super) no: u8,
    pub(super) k: u32,
}

impl Instruction {
    /// One without a condition.
    pub(super) fn new(code: u16, k: u32) -> Self {
        Self { code, yes: 0, no: 0, k }
    }

    /// Whether the condition holds for `value`; `None` where this is no condition.
    pub(super) fn holds(self, value: u32) -> Option<bool> {
        match self.code {
            IF_EQUAL => Some(value == self.k),
            IF_GREATER => Some(value > self.k),
            IF_NOT_LESS => Some(value >= self.k),
            IF_SET => Some(value & self.k != 0),
            _ => None,
        }
    }

    /// How many instructions are passed over then.
    pub(super) fn distance(self, holds: bool) -> usize {
        usize::from(if holds { self.yes } else { self.no })
    }
}

/// As the kernel takes them.
pub(super) fn encode(program: &[Instruction]) -> Vec<u8> {
    let bytes = |instruction: &Instruction| {
        let [one, two] = instruction.code.to_ne_bytes();
        let [k0, k1, k2, k3] = instruction.k.to_ne_bytes();
        [one, two, instruction.yes, instruction.no, k0, k1, k2, k3]
    };
    program.iter().flat_map(bytes).collect()
}

/// As the kernel takes them, taken apart.
pub(super) fn decode(program: &[u8]) -> Vec<Instruction> {
    let (instructions, _) = program.as_chunks::<8>();
    let instruction = |&[one, two, yes, no, k0, k1, k2, k3]: &[u8; 8]| Instruction {
        code: u16::from_ne_bytes([one, two]),
        yes,
        no,
        k: u32::from_ne_bytes([k0, k1, k2, k3]),
    };
    instructions.iter().map(instruction).collect()
}
