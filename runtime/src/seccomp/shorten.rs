//! A shorter program that decides the same.
//!
//! The kernel checks and translates a program anew whenever it is loaded: half a millisecond for the one that
//! libseccomp makes of docker's profile. But what such a program answers, as long as it has not looked at
//! arguments, is the same for long ranges of numbers of calls. So a search among the ranges of each architecture
//! does, and is several times shorter. Where arguments are looked at, the instructions are libseccomp's own.
//!
//! Nothing is known here of profiles: the program is run, as the kernel would, for one number of each range.

use std::collections::{BTreeMap, BTreeSet};

use super::bpf::{
    ARCHITECTURE, IF_EQUAL, IF_NOT_LESS, IF_SET, Instruction, JUMP, LOAD, NUMBER, RETURN, X32_BIT, decode,
    encode,
};

/// An architecture that no program names.
const ANOTHER: u32 = 0;

/// What is decided once the number and the architecture of a call are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Decision {
    /// This is returned.
    Return(u32),
    /// It depends on arguments: the program goes on here.
    GoOn(usize),
}

/// The shorter program; or the same, where nothing is won, or it does what is not understood here.
pub(super) fn shorten(program: Vec<u8>) -> Vec<u8> {
    match shorter(&decode(&program)).map(|shorter| encode(&shorter)) {
        Some(shorter) if shorter.len() < program.len() => shorter,
        _ => program,
    }
}

fn shorter(program: &[Instruction]) -> Option<Vec<Instruction>> {
    let limits = limits(program);
    let ranges = |architecture: u32| {
        let mut ranges: Vec<(u32, Decision)> = Vec::new();
        for &first in &limits {
            let decision = decide(program, architecture, first, &mut BTreeSet::new())?;
            if ranges.last().is_none_or(|(_, last)| *last != decision) {
                ranges.push((first, decision));
            }
        }
        Some(ranges)
    };
    let mut architectures = BTreeSet::new();
    decide(program, ANOTHER, 0, &mut architectures)?;
    // Backwards, because all jumps lead forward: where one leads to is there before it.
    let mut writer =
        Writer { program, written: Vec::new(), copied: BTreeMap::new(), returned: BTreeMap::new() };
    let mut otherwise = writer.search(&ranges(ANOTHER)?);
    for architecture in architectures {
        let its_own = writer.search(&ranges(architecture)?);
        otherwise = writer.branch(IF_EQUAL, architecture, its_own, otherwise);
    }
    writer.before(otherwise, Instruction::new(LOAD, ARCHITECTURE));
    writer.written.reverse();
    Some(writer.written)
}

/// The numbers at which a decision may change: those that anything is compared with, the next ones, and the
/// multiples of x32's bit.
fn limits(program: &[Instruction]) -> BTreeSet<u32> {
    let compared = program.iter().filter(|instruction| instruction.holds(0).is_some());
    let changes = compared.flat_map(|instruction| [instruction.k, instruction.k.wrapping_add(1)]);
    changes.chain([0, X32_BIT, 2 * X32_BIT, 3 * X32_BIT]).collect()
}

/// Runs the program until it returns or looks at arguments, and notes which architectures it asks for. `None`
/// where it does more with number and architecture than to compare them.
fn decide(
    program: &[Instruction],
    architecture: u32,
    number: u32,
    asked_for: &mut BTreeSet<u32>,
) -> Option<Decision> {
    let (mut holds_number, mut at) = (None, 0);
    loop {
        let instruction = *program.get(at)?;
        at += 1;
        match (instruction.code, holds_number) {
            (LOAD, _) if instruction.k == NUMBER => holds_number = Some(true),
            (LOAD, _) if instruction.k == ARCHITECTURE => holds_number = Some(false),
            (LOAD, _) => return Some(Decision::GoOn(at - 1)),
            (RETURN, _) => return Some(Decision::Return(instruction.k)),
            (JUMP, _) => at += usize::try_from(instruction.k).ok()?,
            (IF_EQUAL, Some(false)) => {
                asked_for.insert(instruction.k);
                at += instruction.distance(instruction.holds(architecture)?);
            }
            // Where another bit changes is not among the limits.
            (IF_SET, Some(true)) if instruction.k != X32_BIT => return None,
            (_, Some(true)) => at += instruction.distance(instruction.holds(number)?),
            _ => return None,
        }
    }
}

/// Writes a program from its end to its beginning. A place is an index from the end.
struct Writer<'a> {
    program: &'a [Instruction],
    written: Vec<Instruction>,
    /// Where instructions of `program` are now.
    copied: BTreeMap<usize, usize>,
    /// Where values are returned.
    returned: BTreeMap<u32, usize>,
}

impl Writer<'_> {
    /// How far a condition can jump: 255, less what may come between.
    const FAR: usize = 250;

    fn write(&mut self, instruction: Instruction) -> usize {
        self.written.push(instruction);
        self.written.len() - 1
    }

    /// An instruction that is followed by the one at `next`.
    fn before(&mut self, next: usize, instruction: Instruction) -> usize {
        let distance = self.written.len() - 1 - next;
        if distance > 0 {
            self.write(Instruction::new(JUMP, u32::try_from(distance).expect("a short program")));
        }
        self.write(instruction)
    }

    fn branch(&mut self, code: u16, k: u32, yes: usize, no: usize) -> usize {
        let [yes, no] = [yes, no].map(|place| {
            let distance = self.written.len() - place;
            let jump = Instruction::new(JUMP, u32::try_from(distance - 1).expect("a short program"));
            if distance > Self::FAR { self.write(jump) } else { place }
        });
        let distance = |place| u8::try_from(self.written.len() - 1 - place).expect("not far");
        self.write(Instruction { code, yes: distance(yes), no: distance(no), k })
    }

    /// A search for the range that the number is in.
    fn search(&mut self, ranges: &[(u32, Decision)]) -> usize {
        if let [(_, decision)] = ranges {
            return self.carry_out(*decision);
        }
        let root = self.halve(ranges);
        self.before(root, Instruction::new(LOAD, NUMBER))
    }

    fn halve(&mut self, ranges: &[(u32, Decision)]) -> usize {
        if let [(_, decision)] = ranges {
            return self.carry_out(*decision);
        }
        let (lower, upper) = ranges.split_at(ranges.len() / 2);
        let (no, yes) = (self.halve(lower), self.halve(upper));
        self.branch(IF_NOT_LESS, upper[0].0, yes, no)
    }

    fn carry_out(&mut self, decision: Decision) -> usize {
        match decision {
            Decision::Return(value) => self.give(value),
            Decision::GoOn(at) => self.copy(at),
        }
    }

    /// A near place that returns this.
    fn give(&mut self, value: u32) -> usize {
        let near = |place: &&usize| self.written.len() - **place < Self::FAR / 2;
        if let Some(place) = self.returned.get(&value).filter(near) {
            return *place;
        }
        let place = self.write(Instruction::new(RETURN, value));
        self.returned.insert(value, place);
        place
    }

    /// The instructions from `at` on, as far as they can be reached.
    fn copy(&mut self, at: usize) -> usize {
        let Instruction { code, yes, no, k } = self.program[at];
        if let Some(place) = self.copied.get(&at) {
            return *place;
        }
        let place = match code {
            RETURN => return self.give(k),
            JUMP => self.copy(at + 1 + k as usize),
            _ if self.program[at].holds(0).is_some() => {
                let (no, yes) = (self.copy(at + 1 + usize::from(no)), self.copy(at + 1 + usize::from(yes)));
                self.branch(code, k, yes, no)
            }
            _ => {
                let next = self.copy(at + 1);
                self.before(next, self.program[at])
            }
        };
        self.copied.insert(at, place);
        place
    }
}
