//! Rules about device nodes as a program for the kernel: cgroup v2 has no files for them, it asks a BPF
//! program (`BPF_PROG_TYPE_CGROUP_DEVICE`) before each open and mknod of a device.
//!
//! The program gets a `struct bpf_cgroup_dev_ctx` (`<linux/bpf.h>`): type and access in one word, major,
//! minor. The rules are tried from the last to the first, since a later rule is laid over an earlier
//! one; the first that fits decides.

use crate::plan::DeviceRule;

/// One instruction (`struct bpf_insn`).
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instruction {
    /// Class, operation and kind of operand.
    pub code: u8,
    /// Destination register in the low half, source in the high.
    pub registers: u8,
    /// Offset of a load, distance of a jump.
    pub offset: i16,
    /// The operand itself.
    pub immediate: i32,
}

// Operations, `<linux/bpf_common.h>`.
const LOAD_WORD: u8 = 0x61;
const MOVE: u8 = 0xb4;
const MOVE_REGISTER: u8 = 0xbc;
const AND: u8 = 0x54;
const SHIFT_RIGHT: u8 = 0x74;
const JUMP_IF_EQUAL: u8 = 0x16;
const JUMP_UNLESS_EQUAL: u8 = 0x56;
const EXIT: u8 = 0x95;

// Registers: what the kernel gives and takes, and what this program keeps where.
const ANSWER: u8 = 0;
const CONTEXT: u8 = 1;
/// Free once everything has been loaded from the context.
const SCRATCH: u8 = 1;
const TYPE: u8 = 2;
const ACCESS: u8 = 3;
const MAJOR: u8 = 4;
const MINOR: u8 = 5;

/// `BPF_DEVCG_DEV_BLOCK`, `BPF_DEVCG_DEV_CHAR`.
const BLOCK: i32 = 1;
const CHARACTER: i32 = 2;
/// `BPF_DEVCG_ACC_MKNOD`, `_READ` and `_WRITE` together.
const ALL: i32 = 7;

/// The program that `rules` make.
pub fn program(rules: &[DeviceRule]) -> Vec<Instruction> {
    let mut program = vec![
        load(TYPE, 0),
        copy(ACCESS, TYPE),
        immediate(AND, TYPE, 0xffff),
        immediate(SHIFT_RIGHT, ACCESS, 16),
        load(MAJOR, 4),
        load(MINOR, 8),
    ];
    for rule in rules.iter().rev() {
        let conditions = conditions(rule);
        let always = conditions.is_empty();
        program.extend(with_distances(conditions));
        program.extend(answer(rule.allow));
        if always {
            // Nothing is reached after this, and the kernel refuses a program with such a part.
            return program;
        }
    }
    program.extend(answer(true));
    program
}

/// What must hold for a rule to fit: jumps to the next rule where it does not.
fn conditions(rule: &DeviceRule) -> Vec<Instruction> {
    let mut conditions = Vec::new();
    match rule.kind {
        'b' => conditions.push(immediate(JUMP_UNLESS_EQUAL, TYPE, BLOCK)),
        'c' => conditions.push(immediate(JUMP_UNLESS_EQUAL, TYPE, CHARACTER)),
        _ => {}
    }
    let bits = [('m', 1), ('r', 2), ('w', 4)];
    let access: i32 =
        bits.iter().filter(|(letter, _)| rule.access.contains(*letter)).map(|(_, bit)| bit).sum();
    if access != ALL {
        conditions.push(copy(SCRATCH, ACCESS));
        if rule.allow {
            // Nothing may be asked that the rule does not allow.
            conditions.push(immediate(AND, SCRATCH, ALL & !access));
            conditions.push(immediate(JUMP_UNLESS_EQUAL, SCRATCH, 0));
        } else {
            // Something must be asked that the rule denies.
            conditions.push(immediate(AND, SCRATCH, access));
            conditions.push(immediate(JUMP_IF_EQUAL, SCRATCH, 0));
        }
    }
    for (register, number) in [(MAJOR, rule.major), (MINOR, rule.minor)] {
        if let Some(number) = number {
            conditions.push(immediate(JUMP_UNLESS_EQUAL, register, number.cast_signed()));
        }
    }
    conditions
}

/// Lets each jump lead behind the rule's answer, which is two instructions long.
fn with_distances(mut conditions: Vec<Instruction>) -> Vec<Instruction> {
    let count = conditions.len();
    for (at, instruction) in conditions.iter_mut().enumerate() {
        if matches!(instruction.code, JUMP_IF_EQUAL | JUMP_UNLESS_EQUAL) {
            instruction.offset = i16::try_from(count - at - 1 + 2).expect("a rule is a few instructions");
        }
    }
    conditions
}

fn answer(allow: bool) -> [Instruction; 2] {
    [
        immediate(MOVE, ANSWER, i32::from(allow)),
        Instruction { code: EXIT, registers: 0, offset: 0, immediate: 0 },
    ]
}

fn load(register: u8, offset: i16) -> Instruction {
    Instruction { code: LOAD_WORD, registers: register | CONTEXT << 4, offset, immediate: 0 }
}

fn copy(to: u8, from: u8) -> Instruction {
    Instruction { code: MOVE_REGISTER, registers: to | from << 4, offset: 0, immediate: 0 }
}

fn immediate(code: u8, register: u8, immediate: i32) -> Instruction {
    Instruction { code, registers: register, offset: 0, immediate }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> DeviceRule {
        let words: Vec<&str> = text.split([' ', ':']).collect();
        let number = |word: &str| (word != "*").then(|| word.parse().expect("a number"));
        DeviceRule {
            allow: words[0] == "allow",
            kind: words[1].chars().next().expect("a kind"),
            major: number(words[2]),
            minor: number(words[3]),
            access: words[4].to_owned(),
        }
    }

    /// What the kernel would do with the program.
    fn run(program: &[Instruction], kind: u32, access: u32, major: u32, minor: u32) -> bool {
        let context = [kind | access << 16, major, minor];
        let mut registers = [0u32; 6];
        let mut at = 0;
        loop {
            let Instruction { code, registers: names, offset, immediate } = program[at];
            let (to, from) = (usize::from(names & 15), usize::from(names >> 4));
            let operand = immediate.cast_unsigned();
            at += 1;
            match code {
                LOAD_WORD => registers[to] = context[usize::try_from(offset / 4).expect("an index")],
                MOVE => registers[to] = operand,
                MOVE_REGISTER => registers[to] = registers[from],
                AND => registers[to] &= operand,
                SHIFT_RIGHT => registers[to] >>= operand,
                JUMP_IF_EQUAL | JUMP_UNLESS_EQUAL => {
                    if (registers[to] == operand) == (code == JUMP_IF_EQUAL) {
                        at += usize::try_from(offset).expect("forwards");
                    }
                }
                EXIT => return registers[usize::from(ANSWER)] == 1,
                other => panic!("operation {other:#x}"),
            }
        }
    }

    #[test]
    fn dockers_rules() {
        let rules: Vec<DeviceRule> =
            ["deny a *:* rwm", "allow c *:* m", "allow b *:* m", "allow c 1:3 rwm", "allow c 136:* rwm"]
                .map(rule)
                .into();
        let program = program(&rules);
        let (block, character) = (1, 2);
        let (make, read, write) = (1, 2, 4);
        assert!(run(&program, character, read | write, 1, 3), "null");
        assert!(run(&program, character, read | write, 136, 7), "a terminal");
        assert!(run(&program, block, make, 8, 0), "mknod of a disk");
        assert!(!run(&program, block, read, 8, 0), "reading a disk");
        assert!(!run(&program, character, write, 1, 1), "writing memory");
        assert!(!run(&program, character, make | read, 1, 1), "making and reading");
    }

    #[test]
    fn a_later_rule_is_laid_over_an_earlier_one() {
        let program = program(&[rule("allow a *:* rwm"), rule("deny c 5:1 w")]);
        assert!(run(&program, 2, 2, 5, 1));
        assert!(!run(&program, 2, 2 | 4, 5, 1));
        assert!(run(&program, 2, 4, 5, 2));
    }

    #[test]
    fn nothing_stands_behind_a_rule_that_always_fits() {
        let program = program(&[rule("allow c 1:3 rwm"), rule("deny a *:* rwm")]);
        assert_eq!(program.len(), 6 + 2);
        assert!(!run(&program, 2, 2, 1, 3));
    }
}
