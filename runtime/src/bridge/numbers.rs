//! Numbers as `brctl` reads them: with sscanf(3), so that white space may stand before them, and anything behind.

/// A whole number, as `%i` reads it: `0x` is hexadecimal, `0` octal. As in an `int` the lowest 32 bits of it are left.
pub fn integer(text: &str) -> Option<i32> {
    let (negative, digits) = sign(text);
    let (radix, digits) = match digits.get(..2) {
        // No digit behind it is a nought all the same.
        Some("0x" | "0X") => (16, hexadecimal(digits)),
        _ if digits.starts_with('0') => (8, digits),
        _ if digits.starts_with(|first: char| first.is_ascii_digit()) => (10, digits),
        _ => return None,
    };
    let more = |value: i64, digit| value.saturating_mul(radix.into()).saturating_add(i64::from(digit));
    let value = digits.chars().map_while(|digit| digit.to_digit(radix)).fold(0, more);
    // Beyond 64 bits it is the last number of them, whose bits are all set but the sign.
    let value = match (negative, value) {
        (true, i64::MAX) => i64::MIN,
        (true, value) => -value,
        (false, value) => value,
    };
    Some(low(value))
}

#[expect(clippy::cast_possible_truncation, reason = "it is what is wanted")]
const fn low(value: i64) -> i32 {
    value as i32
}

/// Seconds, as `%lf` reads them, in hundredths; what is below one is cut off. What is negative, no number, or more
/// than 32 bits hold is the most that they hold.
pub fn hundredths(text: &str) -> Option<u32> {
    let seconds = double(text)?;
    let whole = seconds.trunc();
    // By way of microseconds, where what a double can't hold shows: 4.35 seconds are 434 hundredths.
    let micro = (1e6 * (seconds - whole)).trunc();
    let hundredths = (whole * 1e6 + micro) / 1e4;
    Some(if hundredths >= 0.0 { saturate(hundredths) } else { u32::MAX })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cut off, and not negative")]
const fn saturate(number: f64) -> u32 {
    number as u32
}

/// A number with a fraction.
fn double(text: &str) -> Option<f64> {
    let (negative, rest) = sign(text);
    let lower = rest.to_ascii_lowercase();
    let value = if lower.starts_with("nan") {
        f64::NAN
    } else if lower.starts_with("inf") {
        // A word that begins is read to its end.
        (!lower.starts_with("infi") || lower.starts_with("infinity")).then_some(f64::INFINITY)?
    } else if lower.starts_with("0x") {
        double_of(hexadecimal(&lower), 16, 'p')?
    } else {
        double_of(&lower, 10, 'e')?
    };
    Some(if negative { -value } else { value })
}

/// Digits, perhaps with a point among them, and an exponent behind `mark`.
fn double_of(text: &str, radix: u32, mark: char) -> Option<f64> {
    let digits = |text: &str| text.chars().take_while(|digit| digit.is_digit(radix)).count();
    let (whole, rest) = text.split_at(digits(text));
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(behind) => behind.split_at(digits(behind)),
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let exponent = rest.strip_prefix(mark).map_or(0, exponent);
    if radix == 10 {
        return format!("{whole}.{fraction}e{exponent}").parse().ok();
    }
    let more = |value: f64, digit| value * 16.0 + f64::from(digit);
    let mantissa = whole.chars().chain(fraction.chars());
    let mantissa = mantissa.filter_map(|digit| digit.to_digit(16)).fold(0.0, more);
    let behind = i32::try_from(fraction.len()).unwrap_or(i32::MAX);
    Some(mantissa * 2_f64.powi(exponent.saturating_sub(behind.saturating_mul(4))))
}

/// An exponent; 0 where no number is.
fn exponent(text: &str) -> i32 {
    let (negative, digits) = match text.as_bytes().first() {
        Some(sign @ (b'+' | b'-')) => (*sign == b'-', &text[1..]),
        _ => (false, text),
    };
    let more = |value: i32, digit: u32| value.saturating_mul(10).saturating_add(digit.cast_signed());
    let value = digits.chars().map_while(|digit| digit.to_digit(10)).fold(0, more);
    if negative { -value } else { value }
}

/// Whether a minus stands before the number, and the number itself.
fn sign(text: &str) -> (bool, &str) {
    let text = text.trim_start_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r']);
    match text.strip_prefix('-') {
        Some(number) => (true, number),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// What follows `0x`.
fn hexadecimal(text: &str) -> &str {
    text.get(2..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each was read like this by brctl 1.7.
    #[test]
    fn whole_numbers_are_read_as_by_brctl() {
        for (text, number) in [
            ("0", 0),
            ("65536", 65_536),
            ("0x10", 16),
            ("010", 8),
            ("1.5", 1),
            (" 5", 5),
            ("5 ", 5),
            ("+3", 3),
            ("-3", -3),
            ("-0.5", 0),
            ("0x", 0),
            ("0xg", 0),
            ("08", 0),
            ("99999999999999999999", -1),
            ("9223372036854775808", -1),
            ("4294967296", 0),
            ("4294967297", 1),
            ("2147483648", i32::MIN),
        ] {
            assert_eq!(integer(text), Some(number), "{text:?}");
        }
        for text in ["", "x", "+", "-", " ", "é", "0é"] {
            assert_eq!(integer(text), (text == "0é").then_some(0), "{text:?}");
        }
    }

    #[test]
    fn seconds_are_read_as_by_brctl() {
        for (text, number) in [
            ("4", 400),
            ("2.5", 250),
            ("2.005", 200),
            ("2.999", 299),
            ("1e1", 1000),
            ("0x10", 1600),
            (" 3", 300),
            ("3 ", 300),
            ("3s", 300),
            ("10.01", 1000),
            (".5", 50),
            ("5.", 500),
            ("5.99", 599),
            ("1e", 100),
            ("1e+", 100),
            ("0x1.8p3", 1200),
            ("0x1p", 100),
            ("0X.8", 50),
            ("0x1g", 100),
            ("+3", 300),
            ("1.15", 114),
            ("0.29", 29),
            ("4.35", 434),
            ("2.675", 267),
            ("3,5", 300),
            ("1_0", 100),
            ("1e-400", 0),
            ("\t7", 700),
            ("1000000", 100_000_000),
            ("42949672.95", u32::MAX),
            ("-0.0000001", 0),
        ] {
            assert_eq!(hundredths(text), Some(number), "{text:?}");
        }
        for text in
            ["42949672.96", "1e18", "1e400", "inf", "infx", "INFINITY", "nan", "nan(1)x", "-1", "-0.5"]
        {
            assert_eq!(hundredths(text), Some(u32::MAX), "{text:?}");
        }
        for text in ["", "x", "0x", "0x.", ".", "+", "- 3", "i", "in", "infi", "n", "na", "e5", ".e5", "é"] {
            assert_eq!(hundredths(text), None, "{text:?}");
        }
    }
}
