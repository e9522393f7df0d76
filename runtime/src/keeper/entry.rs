//! The format of the log, which is Kubernetes' (CRI): one entry a line.
//!
//! ```text
//! 2026-11-23T21:00:00.123456789Z stdout F a whole line, or the end of one
//! 2026-11-23T21:00:00.123456789Z stderr P the beginning of a line, or more of it
//! ```
//!
//! The text is bytes, whatever they are, without the newline that ends a line.

use std::time::Duration;

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

/// A time since 1970 as RFC 3339 has it, in UTC, to the nanosecond.
pub(super) fn rfc3339(since: Duration) -> String {
    let seconds = since.as_secs();
    let (year, month, day) = date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let nanoseconds = since.subsec_nanos();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{nanoseconds:09}Z")
}

/// The Gregorian date, `days` after 1 January 1970. Years are counted from March, so that the day which not
/// every year has is a year's last.
fn date(days: u64) -> (u64, u64, u64) {
    const ERA: u64 = 146_097; // days of 400 years
    let days = days + 719_468; // since 1 March of the year 0
    let (era, day_of_era) = (days / ERA, days % ERA);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // The months from March have 31, 30, 31, 30, 31 days, and again: 153 days in five months.
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc3339() {
        let time = |seconds, nanoseconds| rfc3339(Duration::new(seconds, nanoseconds));
        assert_eq!(time(0, 0), "1970-01-01T00:00:00.000000000Z");
        assert_eq!(time(951_782_399, 1), "2000-02-28T23:59:59.000000001Z");
        assert_eq!(time(951_782_400, 0), "2000-02-29T00:00:00.000000000Z");
        assert_eq!(time(1_795_467_600, 123_456_789), "2026-11-23T21:00:00.123456789Z");
        assert_eq!(time(4_107_542_400, 0), "2100-03-01T00:00:00.000000000Z");
        assert_eq!(time(1_735_689_599, 0), "2024-12-31T23:59:59.000000000Z");
    }

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
