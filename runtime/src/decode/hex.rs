//! Bytes in hexadecimal, as programs print them and people type them.
//!
//! xxd and `xxd -p`, `hexdump -C` and hexdump alone, `od -tx1`, the dumps of tcpdump (`-x`, `-xx`, `-X`) and of
//! strace (`-e write=`), C strings and arrays, and digits in any grouping.

/// A line of a dump: its offset, if it has one, and its bytes.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    offset: Option<Offset>,
    bytes: Vec<u8>,
    /// `hexdump` without options prints pairs of bytes as the machine's numbers.
    swapped: bool,
}

/// An offset is decimal, octal or hexadecimal: only the next one tells.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Offset(String);

impl Offset {
    /// Whether it can stand for this number of bytes.
    fn is(&self, count: usize) -> bool {
        [16, 8, 10].iter().any(|radix| usize::from_str_radix(&self.0, *radix) == Ok(count))
    }
}

/// The width of sixteen bytes as strace prints them.
const STRACE: usize = 48;

/// Whether a word of the command line is bytes: nothing but digits, in pairs.
pub(super) fn is_bytes(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_hexdigit()) && (quoted(word).is_some() || digits(word).is_some())
}

/// Whether a text has bytes in it.
pub(super) fn has_bytes(text: &str) -> bool {
    text.contains("\\x")
        || text.lines().any(|line| self::line(line).is_some_and(|line| !line.bytes.is_empty()))
}

/// The bytes of one line of a dump.
pub(super) fn line_bytes(text: &str) -> Option<Vec<u8>> {
    line(text).map(|line| line.bytes)
}

/// The dumps in a text, each from offset 0 on.
pub(super) fn read(text: &str) -> Result<Vec<Vec<u8>>, String> {
    if text.contains("\\x") || text.contains('"') {
        return quoted(text)
            .map(|bytes| vec![bytes])
            .ok_or_else(|| "a string that is no C string".to_owned());
    }
    let mut dumps: Vec<Vec<u8>> = Vec::new();
    let mut current: Option<Vec<u8>> = None;
    let mut repeated = false;
    for (number, text) in (1_usize..).zip(text.lines()) {
        if text.trim() == "*" {
            repeated = true;
            continue;
        }
        let Some(line) = line(text) else {
            // tcpdump prints a line of words before each dump.
            if let Some(dump) = current.take() {
                dumps.push(dump);
            }
            // It begins with the time: `20:01:02.345678`.
            let timed = text.split(' ').next().is_some_and(|word| word.matches(':').count() == 2);
            if text.trim().is_empty() || timed || text.trim_start().starts_with('*') {
                continue;
            }
            return Err(format!("line {number} is not hexadecimal"));
        };
        add(&mut current, &mut dumps, line, std::mem::take(&mut repeated))
            .map_err(|problem| format!("line {number}: {problem}"))?;
    }
    dumps.extend(current);
    dumps.retain(|dump| !dump.is_empty());
    if dumps.is_empty() { Err("there is no byte in it".to_owned()) } else { Ok(dumps) }
}

/// Adds a line to the dump that it goes on with, or begins another.
fn add(
    current: &mut Option<Vec<u8>>,
    dumps: &mut Vec<Vec<u8>>,
    line: Line,
    repeated: bool,
) -> Result<(), String> {
    let mut bytes = line.bytes;
    if line.swapped {
        bytes.as_chunks_mut::<2>().0.iter_mut().for_each(|pair| pair.reverse());
    }
    match (current.as_mut(), &line.offset) {
        (Some(dump), Some(offset)) if !offset.is(dump.len()) => {
            if repeated {
                fill(dump, offset)?;
            } else if offset.is(0) {
                dumps.extend(current.take());
                *current = Some(bytes);
                return Ok(());
            } else if bytes.is_empty() && line_ends_odd(dump, offset) {
                // The end of `hexdump`, which prints the last byte as a pair.
                dump.pop();
                return Ok(());
            } else {
                return Err(format!("offset {} after {} bytes", offset.0, dump.len()));
            }
            dump.extend(bytes);
        }
        (Some(dump), _) => dump.extend(bytes),
        (None, _) => *current = Some(bytes),
    }
    Ok(())
}

fn line_ends_odd(dump: &[u8], offset: &Offset) -> bool {
    dump.len().checked_sub(1).is_some_and(|length| offset.is(length))
}

/// `*` stands for lines like the last one, up to the next offset.
fn fill(dump: &mut Vec<u8>, offset: &Offset) -> Result<(), String> {
    let Some(last) = dump.last_chunk::<16>().copied() else {
        return Err("nothing stands before it that could be repeated".to_owned());
    };
    // Whatever the offset's radix, there is only so much that a netlink datagram can hold.
    while dump.len() < 1 << 20 {
        dump.extend(last);
        if offset.is(dump.len()) {
            return Ok(());
        }
    }
    Err(format!("offset {} is not reached by repeating the line before", offset.0))
}

/// A line of a dump; `None` when it is none.
fn line(text: &str) -> Option<Line> {
    let text = text.trim_end();
    // strace: ` | 00000  20 00 00 00  |`.
    let stripped = text.trim_start().strip_prefix("| ");
    let inner = stripped.unwrap_or(text);
    // Behind strace's bar there is always an offset.
    let (offset, rest) = match stripped.and_then(|rest| rest.split_once(' ')) {
        Some((number, rest)) => (Some((Offset(number.to_owned()), false)), rest),
        None => offset(inner),
    };
    let colon = offset.as_ref().is_some_and(|(_, colon)| *colon);
    let offset = offset.map(|(offset, _)| offset);
    // What is printed beside, in letters, stands after two spaces or between bars.
    let columns = match rest.split_once('|') {
        // strace's letters stand before the bar: the digits have so much room.
        Some(_) if stripped.is_some() => {
            let whole = rest.trim_start();
            without_letters(whole.get(..STRACE).unwrap_or(whole))
        }
        // xxd's letters may hold a bar.
        Some((digits, _)) if !colon => digits,
        _ if offset.is_some() => without_letters(rest.trim_start()),
        _ => rest,
    };
    let words: Vec<&str> = columns.split_whitespace().collect();
    let swapped = offset.is_some() && !colon && words.len() > 1 && words.iter().all(|word| word.len() == 4);
    Some(Line { offset, bytes: digits(columns)?, swapped })
}

/// Columns of digits, without the letters that stand two spaces behind them.
fn without_letters(columns: &str) -> &str {
    match columns.split_once("  ") {
        Some((first, second)) if eight_and_more(first, second) => both_columns(columns),
        Some((digits, _)) => digits,
        None => columns,
    }
}

/// Whether a column is eight pairs of digits and the next begins with one: hexdump and strace leave two spaces between.
fn eight_and_more(first: &str, second: &str) -> bool {
    let pair = |word: &str| word.len() == 2 && digits(word).is_some();
    first.split_whitespace().count() == 8
        && first.split_whitespace().all(pair)
        && second.split_whitespace().next().is_some_and(pair)
}

/// Two columns of eight pairs, without what stands behind them in letters.
fn both_columns(text: &str) -> &str {
    let second = text.find("  ").map_or(0, |at| at + 2);
    let end = text[second..].find("  ").map_or(text.len(), |at| second + at);
    &text[..end]
}

/// The offset that a line begins with, and whether a colon stands after it.
fn offset(text: &str) -> (Option<(Offset, bool)>, &str) {
    let trimmed = text.trim_start();
    let (word, rest) = trimmed.split_once(char::is_whitespace).unwrap_or((trimmed, ""));
    let bare = word.strip_prefix("0x").unwrap_or(word);
    let is_hex = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_hexdigit());
    if let Some(number) = bare.strip_suffix(':').filter(|number| number.len() >= 4 && is_hex(number)) {
        return (Some((Offset(number.to_owned()), true)), rest);
    }
    // Five digits of strace, seven of od and hexdump, eight of `hexdump -C`, before pairs (or groups of four).
    let same =
        |length| rest.split_whitespace().take(8).all(|word| word.len() == length || word.starts_with('|'));
    let dump = (5..=8).contains(&word.len()) && is_hex(word) && (same(2) || (word.len() == 7 && same(4)));
    // Without any pair behind it, it is the end of a dump, but for eight digits, which may be bytes.
    if dump && (!rest.trim().is_empty() || word.len() % 2 == 1 || word.len() == 8 && word.starts_with("000"))
    {
        return (Some((Offset(word.to_owned()), false)), rest);
    }
    (None, text)
}

/// The bytes of digits in any grouping; `None` when there is anything else, or a digit is left.
fn digits(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let separator = |c: char| c.is_whitespace() || ",;:{}[]-".contains(c);
    for word in text.split(separator).filter(|word| !word.is_empty()) {
        let bare = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")).unwrap_or(word);
        let one_digit = bare.len() == 1 && bare.len() != word.len();
        let padded = if one_digit { format!("0{bare}") } else { bare.to_owned() };
        let (pairs, rest) = padded.as_bytes().as_chunks::<2>();
        if !rest.is_empty() {
            return None;
        }
        for pair in pairs {
            let text = std::str::from_utf8(pair).ok()?;
            bytes.push(u8::from_str_radix(text, 16).ok().filter(|_| !text.starts_with('+'))?);
        }
    }
    Some(bytes)
}

/// The bytes of C strings, one after another, or of a text with `\x` in it.
fn quoted(text: &str) -> Option<Vec<u8>> {
    if !text.contains('\\') {
        return None;
    }
    let mut bytes = Vec::new();
    if !text.contains('"') {
        return super::strace::unescape(text.trim()).map(|(bytes, _)| bytes);
    }
    let mut rest = text;
    while let Some((_, string)) = rest.split_once('"') {
        let (found, used) = super::strace::unescape(string)?;
        bytes.extend(found);
        rest = string.get(used..)?.strip_prefix('"')?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Vec<u8> {
        let mut found = read(text).unwrap();
        assert_eq!(found.len(), 1, "{found:02x?}");
        found.remove(0)
    }

    #[test]
    fn every_programs_dump_gives_the_same_bytes() {
        let bytes: Vec<u8> = [&[0x34, 0, 0, 0, 0x10, 0, 5, 6][..], &[0; 25], b"lo|a"].concat();
        for dump in [
            // xxd
            "00000000: 3400 0000 1000 0506 0000 0000 0000 0000  4...............\n\
             00000010: 0000 0000 0000 0000 0000 0000 0000 0000  ................\n\
             00000020: 006c 6f7c 61                             .lo|a\n",
            // xxd -p, and the same in other groups
            "340000001000050600000000000000000000000000000000000000000000\n0000006c6f7c61\n",
            "34:00:00:00:10:00:05:06 0000000000000000 00000000 0000 0000 00000000 00000000 00 6c 6f 7c 61",
            // hexdump -C
            "00000000  34 00 00 00 10 00 05 06  00 00 00 00 00 00 00 00  |4...............|\n\
             00000010  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n\
             00000020  00 6c 6f 7c 61                                    |.lo|a|\n00000025\n",
            // hexdump
            "0000000 0034 0000 0010 0605 0000 0000 0000 0000\n0000010 0000 0000 0000 0000 0000 0000 0000 0000\n\
             0000020 6c00 7c6f 0061\n0000025\n",
            // od -tx1
            "0000000 34 00 00 00 10 00 05 06 00 00 00 00 00 00 00 00\n\
             0000020 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n0000040 00 6c 6f 7c 61\n0000045\n",
            // od -An -tx1
            " 34 00 00 00 10 00 05 06 00 00 00 00 00 00 00 00\n 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n \
             00 6c 6f 7c 61\n",
            // strace -e write=3
            " * 37 bytes in buffer 0\n | 00000  34 00 00 00 10 00 05 06  00 00 00 00 00 00 00 00  4............... |\n \
             | 00010  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  ................ |\n \
             | 00020  00 6c 6f 7c 61                                    .lo|a            |\n",
            // tcpdump -X
            "20:00:00.000000 \n\t0x0000:  3400 0000 1000 0506 0000 0000 0000 0000  4...............\n\
             \t0x0010:  0000 0000 0000 0000 0000 0000 0000 0000  ................\n\t0x0020:  006c 6f7c 61  .lo|a\n",
            "\"4\\x00\\x00\\x00\\20\\0\\5\\6\" \"\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0lo|a\"",
            "{ 0x34, 0x0, 0x0, 0x00, 0x10, 0x00, 0x05, 0x06, 00,00,00,00,00,00,00,00, 00,00,00,00,00,00,00,00,\n \
             00,00,00,00,00,00,00,00, 0x0, 0x6c, 0x6f, 0x7c, 0x61 }",
        ] {
            assert_eq!(one(dump), bytes, "{dump}");
        }
    }

    #[test]
    fn a_star_repeats_the_line_before() {
        let mut dump = vec![1; 16];
        dump.extend([0; 64]);
        dump.push(9);
        let text = format!(
            "00000000  {}\n00000010  {}\n*\n00000050  09\n00000051\n",
            ["01"; 16].join(" "),
            ["00"; 16].join(" ")
        );
        assert_eq!(one(&text), dump);
        assert!(read("*\n00000050  09\n").is_ok(), "nothing to repeat, and nothing said of it");
        assert!(read(&text.replace("00000050", "00f00050")).is_err());
    }

    #[test]
    fn tcpdump_prints_several_packets() {
        let text = "20:00:00.1 \n\t0x0000:  0102\n20:00:00.2 \n\t0x0000:  0304 05\n";
        assert_eq!(read(text).unwrap(), [vec![1, 2], vec![3, 4, 5]]);
    }

    #[test]
    fn what_is_no_hexadecimal_is_refused() {
        for text in ["", "hello", "123", "12 3", "12\nhello\n", "00000000: 12\n00000050: 34\n"] {
            assert!(read(text).is_err(), "{text:?}");
        }
        assert!(
            is_bytes("20000000")
                && is_bytes("20 00")
                && !is_bytes("cafe.txt")
                && !is_bytes("")
                && !is_bytes("abc")
        );
    }
}
