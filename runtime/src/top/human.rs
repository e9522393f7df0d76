//! Numbers that one sees at a glance, and text that a terminal shows as it is.

/// Three digits and a unit: `0`, `999`, `1.23k`, `45.6M`.
pub fn short(number: f64) -> String {
    const UNITS: [&str; 6] = ["", "k", "M", "G", "T", "P"];
    let (mut number, mut unit) = (number, 0);
    // What would be rounded up to four digits has the next unit.
    while number >= 999.5 && unit + 1 < UNITS.len() {
        number /= 1000.0;
        unit += 1;
    }
    let digits = match number {
        _ if unit == 0 => 0,
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    format!("{number:.digits$}{}", UNITS[unit])
}

/// The text with what would be an order to the terminal written out: `\u{1b}`.
pub fn printable(text: &str) -> String {
    let harmless = |letter: char| if letter.is_control() { None } else { Some(letter) };
    text.chars().fold(String::new(), |mut shown, letter| {
        match harmless(letter) {
            Some(letter) => shown.push(letter),
            None => shown.extend(letter.escape_default()),
        }
        shown
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits() {
        for (number, text) in [
            (0.0, "0"),
            (0.4, "0"),
            (999.4, "999"),
            (999.5, "1.00k"),
            (1234.0, "1.23k"),
            (9994.0, "9.99k"),
            (9996.0, "10.0k"),
            (99_960.0, "100k"),
            (45_600_000.0, "45.6M"),
            (999_600.0, "1.00M"),
            (1.5e18, "1500P"),
        ] {
            assert_eq!(short(number), text, "{number}");
        }
    }

    #[test]
    fn nothing_reaches_the_terminal_as_an_order() {
        assert_eq!(printable("web-1 ä\x1b[2J\n\u{9b}x\x7f"), "web-1 ä\\u{1b}[2J\\n\\u{9b}x\\u{7f}");
    }
}
