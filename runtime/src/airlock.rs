//! The airlock: a program of a few instructions that stands between Pontoon and the container's program.
//!
//! A program that is, or is interpreted by, `/proc/self/exe` makes the kernel execute whatever the calling
//! process executes. If that is Pontoon, its file on the host can then be opened from inside, and overwritten
//! once nothing executes it (CVE-2019-5736). So the child does not go from Pontoon's image to the program's
//! directly, but through this one, which lies in sealed memory: whoever opens it finds it unwritable, and gone
//! with the container. Other runtimes execute themselves again from a copy, at every start, which costs half a
//! millisecond; this is one page, and holds nothing of the host's that could be looked at meanwhile.
//!
//! Where the program may gain no new privileges, this is also where its seccomp filter is loaded: right before
//! its execve, so that the filter need allow nothing else.

use std::os::fd::OwnedFd;

use crate::error::{Doing, Result};
use crate::plan::Process;
use crate::plan::seccomp::Moment;
use crate::seccomp::Program as Filter;
use crate::sys::clone::{Way, proc_is_genuine};
use crate::sys::memory;

/// Where the image is mapped.
const ADDRESS: u32 = 0x40_0000;
/// The size of the ELF header and the one program header.
const HEADERS: u32 = 64 + 56;

/// What it says on standard error when the kernel refuses the program. Whether there is a program that may be
/// executed at all has been asked before: what is left is its format, or its interpreter.
const REFUSED: &[u8; 66] = b"pontoon: the program, or its interpreter, is none that can be run\n";
/// And when it refuses the filter.
const UNFILTERED: &[u8; 43] = b"pontoon: the seccomp filter was not loaded\n";

/// The way from Pontoon to the program.
#[derive(Debug)]
pub struct Airlock {
    /// Its image.
    pub image: OwnedFd,
    /// The program's seccomp filter.
    pub filter: Option<Filter>,
}

impl Airlock {
    /// Makes the airlock.
    ///
    /// # Errors
    /// memfd_create(2)'s.
    pub fn make(filter: Option<Filter>, program: &Process) -> Result<Self> {
        let loads = filter.as_ref().filter(|_| program.filtered() == Some(Moment::InAirlock));
        let image = memory::sealed(c"pontoon-airlock", &image(loads)).doing(|| "airlock".to_owned())?;
        Ok(Self { image, filter })
    }

    /// How it is entered. To be asked before a filter is loaded, which may not let anybody look.
    ///
    /// # Errors
    /// The filter does not let execveat(2) through, and there is no /proc to do without it.
    pub fn way(&self, program: &Process) -> Result<Way> {
        if !program.enters_by_path() {
            return Ok(Way::Descriptor);
        }
        let doing = || "linux.seccomp refuses execveat(2): execve(2) needs /proc inside".to_owned();
        proc_is_genuine().doing(doing).map(|()| Way::Proc)
    }
}

/// Executes its second word with the words from the third on and the environment. Its first word must be empty:
/// it is not for anybody else, and one that interprets a program that leads back to it would never end.
/// Written out, because an assembler would be one more tool. `at` is where what comes after it will be.
#[rustfmt::skip]
fn code(filter: Option<&Filter>, at: &Texts) -> Vec<u8> {
    let load: Vec<&[u8]> = vec![
        // seccomp(SECCOMP_SET_MODE_FILTER, flags, &filter)
        &[0xbf, 1, 0, 0, 0],                    // mov edi, 1
        &[0xbe], &at.flags,                     // mov esi, flags
        &[0xba], &at.filter,                    // mov edx, filter
        &[0xb8, 0x3d, 1, 0, 0],                 // mov eax, 317
        &[0x0f, 0x05],                          // syscall
        &[0x85, 0xc0],                          // test eax, eax
        &[0x75, 38],                            // jne unfiltered
    ];
    let load = if filter.is_some() { load.concat() } else { Vec::new() };
    let to_refused = [26 + u8::try_from(load.len()).expect("a few instructions")];
    [
        &[0x48, 0x8b, 0x44, 0x24, 8][..],       // mov rax, [rsp + 8]
        &[0x80, 0x38, 0],                       // cmp byte [rax], 0
        &[0x75], &to_refused,                   // jne refused
        &load,
        // execve(argv[1], &argv[2], &argv[argc + 1])
        &[0x48, 0x8b, 0x0c, 0x24],              // mov rcx, [rsp]            the number of words
        &[0x48, 0x8b, 0x7c, 0x24, 16],          // mov rdi, [rsp + 16]
        &[0x48, 0x8d, 0x74, 0x24, 24],          // lea rsi, [rsp + 24]
        &[0x48, 0x8d, 0x54, 0xcc, 16],          // lea rdx, [rsp + rcx * 8 + 16]
        &[0xb8, 59, 0, 0, 0],                   // mov eax, 59
        &[0x0f, 0x05],                          // syscall
        // refused:
        &[0xbe], &at.refused,                   // mov esi, REFUSED
        &[0xba, 66, 0, 0, 0],                   // mov edx, 66
        &[0xeb, 10],                            // jmp say
        // unfiltered:
        &[0xbe], &at.unfiltered,                // mov esi, UNFILTERED
        &[0xba, 43, 0, 0, 0],                   // mov edx, 43
        // say: write(2, esi, edx)
        &[0xbf, 2, 0, 0, 0],                    // mov edi, 2
        &[0xb8, 1, 0, 0, 0],                    // mov eax, 1
        &[0x0f, 0x05],                          // syscall
        // exit_group(126), which a filter may refuse
        &[0xbf, 126, 0, 0, 0],                  // mov edi, 126
        &[0xb8, 231, 0, 0, 0],                  // mov eax, 231
        &[0x0f, 0x05],                          // syscall
        &[0x0f, 0x0b],                          // ud2
    ]
    .concat()
}

/// What the instructions name: addresses, and the flags of seccomp(2).
#[derive(Default)]
struct Texts {
    refused: [u8; 4],
    unfiltered: [u8; 4],
    filter: [u8; 4],
    flags: [u8; 4],
}

/// The whole file: headers (elf(5)), instructions, texts, and the filter with what the kernel takes as its
/// beginning (`struct sock_fprog`).
fn image(filter: Option<&Filter>) -> Vec<u8> {
    let instructions = filter.map_or(&[][..], |filter| &filter.instructions);
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).expect("a few pages");
    let refused = ADDRESS + HEADERS + length(&code(filter, &Texts::default()));
    let unfiltered = refused + length(REFUSED);
    let beginning = unfiltered + length(UNFILTERED);
    let at = Texts {
        refused: refused.to_le_bytes(),
        unfiltered: unfiltered.to_le_bytes(),
        filter: beginning.to_le_bytes(),
        flags: filter.map_or(0, |filter| filter.flags).to_le_bytes(),
    };
    let count = u64::from(length(instructions) / 8);
    let program: Vec<u8> = little_endian([count, u64::from(beginning) + 16]).collect();
    let content = [&code(filter, &at), &REFUSED[..], UNFILTERED, &program, instructions].concat();
    [headers(u64::from(HEADERS + length(&content))), content].concat()
}

/// The headers of a file of `size` bytes.
fn headers(size: u64) -> Vec<u8> {
    let mut image = Vec::new();
    // Class 64, little-endian, version 1; then ET_EXEC, EM_X86_64, version 1.
    image.extend_from_slice(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0");
    // Entry point, program headers, section headers.
    image.extend(little_endian([u64::from(ADDRESS + HEADERS), 64, 0]));
    // No flags; header size; one program header of 56 bytes; no section headers.
    image.extend_from_slice(&[0, 0, 0, 0, 64, 0, 56, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    // PT_LOAD, readable and executable: all of the file.
    image.extend_from_slice(&[1, 0, 0, 0, 5, 0, 0, 0]);
    image.extend(little_endian([0, ADDRESS.into(), ADDRESS.into(), size, size, 0x1000]));
    image
}

fn little_endian<const N: usize>(words: [u64; N]) -> impl Iterator<Item = u8> {
    words.into_iter().flat_map(u64::to_le_bytes)
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Output};

    use super::*;

    /// Runs the airlock as the child does.
    fn through(first: &str, words: &[&str]) -> Output {
        let airlock = memory::sealed(c"pontoon-airlock", &image(None)).unwrap();
        let path = format!("/proc/{}/fd/{}", std::process::id(), airlock.as_raw_fd());
        Command::new(path).arg0(first).args(words).env_clear().env("A", "b").output().unwrap()
    }

    #[test]
    fn the_program_gets_its_words_and_environment() {
        let output = through("", &["/bin/sh", "name", "-c", "echo $0 $1 $A", "one", "two"]);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "one two b\n");
        assert!(output.status.success() && output.stderr.is_empty());
    }

    #[test]
    fn what_cannot_be_run_is_refused() {
        let refused = |output: Output| {
            assert_eq!(output.status.code(), Some(126));
            assert_eq!(output.stderr, REFUSED);
        };
        refused(through("", &["/etc/passwd", "passwd"]));
        refused(through("somebody", &["/bin/true", "true"]));
    }
}
