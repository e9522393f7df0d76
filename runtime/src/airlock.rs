//! The airlock: a program of a few instructions that stands between Pontoon and the container's program.
//!
//! A program that is, or is interpreted by, `/proc/self/exe` makes the kernel execute whatever the calling
//! process executes. If that is Pontoon, its file on the host can then be opened from inside, and overwritten
//! once nothing executes it (CVE-2019-5736). So the child does not go from Pontoon's image to the program's
//! directly, but through this one, which lies in sealed memory: whoever opens it finds it unwritable, and gone
//! with the container. Other runtimes execute themselves again from a copy, at every start, which costs half a
//! millisecond; this is one page, and holds nothing of the host's that could be looked at meanwhile.

use std::os::fd::OwnedFd;

use crate::error::{Doing, Result};
use crate::sys::memory;

/// Where the image is mapped.
const ADDRESS: u64 = 0x40_0000;
/// The size of the ELF header and the one program header.
const HEADERS: u64 = 64 + 56;

/// What it says on standard error when the kernel refuses the program. Whether there is a program that may be
/// executed at all has been asked before: what is left is its format, or its interpreter.
const REFUSED: &[u8; 66] = b"pontoon: the program, or its interpreter, is none that can be run\n";

/// Executes its second word with the words from the third on and the environment. Its first word must be empty:
/// it is not for anybody else, and one that interprets a program that leads back to it would never end.
/// Written out, because an assembler would be one more tool.
#[rustfmt::skip]
const CODE: [&[u8]; 18] = [
    &[0x48, 0x8b, 0x44, 0x24, 8],               // mov rax, [rsp + 8]
    &[0x80, 0x38, 0],                           // cmp byte [rax], 0
    &[0x75, 26],                                // jne refused
    // execve(argv[1], &argv[2], &argv[argc + 1])
    &[0x48, 0x8b, 0x0c, 0x24],                  // mov rcx, [rsp]            the number of words
    &[0x48, 0x8b, 0x7c, 0x24, 16],              // mov rdi, [rsp + 16]
    &[0x48, 0x8d, 0x74, 0x24, 24],              // lea rsi, [rsp + 24]
    &[0x48, 0x8d, 0x54, 0xcc, 16],              // lea rdx, [rsp + rcx * 8 + 16]
    &[0xb8, 59, 0, 0, 0],                       // mov eax, 59
    &[0x0f, 0x05],                              // syscall
    // refused: write(2, REFUSED, 66)
    &[0xbf, 2, 0, 0, 0],                        // mov edi, 2
    &[0x48, 0x8d, 0x35, 24, 0, 0, 0],           // lea rsi, [rip + 24]       behind the last instruction
    &[0xba, 66, 0, 0, 0],                       // mov edx, 66
    &[0xb8, 1, 0, 0, 0],                        // mov eax, 1
    &[0x0f, 0x05],                              // syscall
    // exit_group(126)
    &[0xbf, 126, 0, 0, 0],                      // mov edi, 126
    &[0xb8, 231, 0, 0, 0],                      // mov eax, 231
    &[0x0f, 0x05],                              // syscall
    REFUSED,
];

/// Makes the airlock.
///
/// # Errors
/// memfd_create(2)'s.
pub fn make() -> Result<OwnedFd> {
    memory::sealed(c"pontoon-airlock", &image()).doing(|| "airlock".to_owned())
}

/// The whole file: headers (elf(5)) and instructions.
fn image() -> Vec<u8> {
    let code = CODE.concat();
    let size = HEADERS + code.len() as u64;
    let mut image = Vec::new();
    // Class 64, little-endian, version 1; then ET_EXEC, EM_X86_64, version 1.
    image.extend_from_slice(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0");
    // Entry point, program headers, section headers.
    image.extend(little_endian([ADDRESS + HEADERS, 64, 0]));
    // No flags; header size; one program header of 56 bytes; no section headers.
    image.extend_from_slice(&[0, 0, 0, 0, 64, 0, 56, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    // PT_LOAD, readable and executable: all of the file.
    image.extend_from_slice(&[1, 0, 0, 0, 5, 0, 0, 0]);
    image.extend(little_endian([0, ADDRESS, ADDRESS, size, size, 0x1000]));
    image.extend_from_slice(&code);
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
        let airlock = make().unwrap();
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
