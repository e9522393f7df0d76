//! The format of the log, which is Kubernetes' (CRI): one entry a line.
//!
//! ```text
//! 2026-11-23T21:00:00.123456789Z stdout F a whole line, or the end of one
//! 2026-11-23T21:00:00.123456789Z stderr P the beginning of a line, or more of it
//! ```
//!
//! The text is bytes, whatever they are, without the newline that ends a line.

/// Where the program wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output, or the terminal.
    Output,
    /// Standard error.
    Error,
}

impl Stream {
    fn word(self) -> &'static str {
        match self {
            Self::Output => "stdout",
            Self::Error => "stderr",
        }
    }
}

/// One entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// When it was written, as it stands there.
    pub time: &'a [u8],
    /// Where.
    pub stream: Stream,
    /// Whether the line ends with it.
    pub ends: bool,
    /// What.
    pub text: &'a [u8],
}

/// Appends the entry for `piece`: a line with its newline, or a part of one without.
pub(super) fn encode(into: &mut Vec<u8>, time: &str, stream: Stream, piece: &[u8]) {
    let (text, tag) = piece.strip_suffix(b"\n").map_or((piece, " P "), |text| (text, " F "));
    for part in [time.as_bytes(), b" ", stream.word().as_bytes(), tag.as_bytes(), text, b"\n"] {
        into.extend_from_slice(part);
    }
}

/// Reads one line of the log, without its newline; `None` where it is no entry.
pub(super) fn parse(line: &[u8]) -> Option<Entry<'_>> {
    let mut fields = line.splitn(4, |byte| *byte == b' ');
    let time = fields.next()?;
    let stream = match fields.next()? {
        b"stdout" => Stream::Output,
        b"stderr" => Stream::Error,
        _ => return None,
    };
    let ends = match fields.next()? {
        b"F" => true,
        b"P" => false,
        _ => return None,
    };
    Some(Entry { time, stream, ends, text: fields.next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_read_back() {
        let mut log = Vec::new();
        encode(&mut log, "T", Stream::Output, b"whole \xff\0 line\n");
        encode(&mut log, "T", Stream::Error, b"part");
        encode(&mut log, "T", Stream::Error, b"\n");
        assert_eq!(log, b"T stdout F whole \xff\0 line\nT stderr P part\nT stderr F \n");
        let entries: Vec<_> = log.split(|byte| *byte == b'\n').filter_map(parse).collect();
        let entry = |stream, ends, text| Entry { time: b"T", stream, ends, text };
        assert_eq!(
            entries,
            [
                entry(Stream::Output, true, b"whole \xff\0 line"),
                entry(Stream::Error, false, b"part"),
                entry(Stream::Error, true, b""),
            ]
        );
    }

    #[test]
    fn what_is_no_entry_is_passed_over() {
        for line in ["", "T", "T stdout", "T stdout F", "T stdin F x", "T stdout X x"] {
            assert_eq!(parse(line.as_bytes()), None, "{line:?}");
        }
    }
}
