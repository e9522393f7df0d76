//! As much of the ELF format as tells a static program from one that needs a loader.

/// The program header that names a dynamic loader.
const PT_INTERP: u32 = 3;

/// What a file is to someone who wants to run it where there are no libraries.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Runs alone.
    Static,
    /// Needs a loader, and libraries, of the system around it.
    Dynamic,
    /// Not an ELF program, or one cut short.
    NotElf,
}

/// Tells which kind the program in `file` is. Any bytes at all get an answer.
pub(crate) fn kind(file: &[u8]) -> Kind {
    interpreters(file).map_or(Kind::NotElf, |count| if count == 0 { Kind::Static } else { Kind::Dynamic })
}

/// Counts the program headers that name a loader; `None` where the file is no ELF program.
fn interpreters(file: &[u8]) -> Option<usize> {
    if file.get(..4)? != b"\x7fELF" {
        return None;
    }
    let wide = match file.get(4)? {
        1 => false,
        2 => true,
        _ => return None,
    };
    let big = *file.get(5)? == 2;
    // Where the header keeps: the table of program headers, the size of one, and how many.
    let (table, size, count) =
        if wide { (number(file, 32, 8, big)?, 54, 56) } else { (number(file, 28, 4, big)?, 42, 44) };
    let size = number(file, size, 2, big)?;
    let count = number(file, count, 2, big)?;
    if count == 0 {
        return None; // An object file: nothing to run.
    }
    (0..count).try_fold(0, |found, index| {
        let at = table.checked_add(index.checked_mul(size)?)?;
        let typ = number(file, usize::try_from(at).ok()?, 4, big)?;
        Some(found + usize::from(typ == u64::from(PT_INTERP)))
    })
}

/// The number of `width` bytes at `at`, in the file's own byte order.
fn number(file: &[u8], at: usize, width: usize, big: bool) -> Option<u64> {
    let bytes = file.get(at..at.checked_add(width)?)?;
    let fold = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
    Some(if big { bytes.iter().fold(0, fold) } else { bytes.iter().rev().fold(0, fold) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_static_and_lie_in_files() {
        let me = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(kind(&me), Kind::Static, "the workspace builds static programs");
        // Turn the first program header into one that names a loader.
        let table = usize::try_from(number(&me, 32, 8, false).unwrap()).unwrap();
        let mut dynamic = me.clone();
        dynamic[table..table + 4].copy_from_slice(&PT_INTERP.to_le_bytes());
        assert_eq!(kind(&dynamic), Kind::Dynamic);
    }

    #[test]
    fn anything_else_is_no_program() {
        for file in [&b""[..], b"#!/bin/sh\n", b"\x7fELF", b"\x7fELF\x02\x01", &[0xff; 4096]] {
            assert_eq!(kind(file), Kind::NotElf);
        }
        let me = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        for length in 0..64 {
            assert_eq!(kind(&me[..length]), Kind::NotElf, "cut to {length} bytes");
        }
        let mut lying = me;
        lying[32..40].copy_from_slice(&u64::MAX.to_le_bytes());
        assert_eq!(kind(&lying), Kind::NotElf);
    }
}
