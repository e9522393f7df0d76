//! How fast a card may be: `up=10mbit,down=1gbit`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The units of tc(8), in bits a second: those that end in `bps` count bytes; `i` makes steps of 1024.
const UNITS: &[(&str, u64)] = &[
    ("bit", 1),
    ("kbit", 1000),
    ("mbit", 1_000_000),
    ("gbit", 1_000_000_000),
    ("tbit", 1_000_000_000_000),
    ("kibit", 1 << 10),
    ("mibit", 1 << 20),
    ("gibit", 1 << 30),
    ("tibit", 1 << 40),
    ("bps", 8),
    ("kbps", 8000),
    ("mbps", 8_000_000),
    ("gbps", 8_000_000_000),
    ("tbps", 8_000_000_000_000),
    ("kibps", 8 << 10),
    ("mibps", 8 << 20),
    ("gibps", 8 << 30),
    ("tibps", 8 << 40),
];

/// The slowest rate, in bits a second: one full packet a second, and some.
const SLOWEST: u64 = 16_000;

/// How fast a card may send and receive, in bits a second; `None` is as fast as it can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rate {
    /// From the container.
    pub up: Option<u64>,
    /// Towards the container.
    pub down: Option<u64>,
}

impl Rate {
    /// This, and where it says nothing, what `other` says.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { up: self.up.or(other.up), down: self.down.or(other.down) }
    }
}

impl FromStr for Rate {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut rate = Self::default();
        for part in text.split(',') {
            let place = match part.split_once('=') {
                Some(("up", value)) => (&mut rate.up, value),
                Some(("down", value)) => (&mut rate.down, value),
                _ => return Err(wrong(text, "it is up=RATE, down=RATE or both, with a comma between")),
            };
            let (place, value) = place;
            let bits = bits(value).map_err(|problem| wrong(text, &problem))?;
            if place.replace(bits).is_some() {
                return Err(wrong(text, "each of up and down is given once"));
            }
        }
        Ok(rate)
    }
}

fn wrong(text: &str, problem: &str) -> Error {
    Error::Usage(format!("rate {text}: {problem}"))
}

/// Bits a second: a number, perhaps with a fraction, and a unit.
fn bits(text: &str) -> std::result::Result<u64, String> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    if unit.is_empty() {
        return Err(format!("{text:?} has no unit, such as kbit, mbit or gbit (mbps counts bytes)"));
    }
    let unit = unit.to_ascii_lowercase();
    let Some((_, factor)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(format!(
            "{unit:?} is no unit: there are bit, kbit, mbit, gbit, and bps, kbps, mbps, gbps"
        ));
    };
    let bits = scaled(number, *factor).ok_or_else(|| format!("{text:?} is no rate, such as 10mbit"))?;
    if bits < SLOWEST {
        return Err(format!("{text} is too slow: at least 16kbit"));
    }
    Ok(bits)
}

/// A decimal number times `factor`, rounded down.
fn scaled(number: &str, factor: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let parts = 10_u128.pow(u32::try_from(fraction.len()).ok()?);
    let number = u128::from(whole.parse::<u64>().ok()?) * parts + u128::from(fraction.parse::<u64>().ok()?);
    u64::try_from(number.checked_mul(factor.into())? / parts).ok()
}

/// As it is typed, in the largest unit that leaves no fraction.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut comma = "";
        for (word, bits) in [("up", self.up), ("down", self.down)] {
            let Some(bits) = bits else { continue };
            let decimal = UNITS[..5].iter().rev();
            let (unit, factor) =
                decimal.clone().find(|(_, factor)| bits.is_multiple_of(*factor)).unwrap_or(&UNITS[0]);
            write!(f, "{comma}{word}={}{unit}", bits / factor)?;
            comma = ",";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> std::result::Result<(Option<u64>, Option<u64>), String> {
        text.parse::<Rate>().map(|rate| (rate.up, rate.down)).map_err(|error| error.to_string())
    }

    #[test]
    fn rates_are_read_in_the_units_of_tc() {
        assert_eq!(read("up=10mbit,down=1gbit"), Ok((Some(10_000_000), Some(1_000_000_000))));
        assert_eq!(read("down=1.5mbit"), Ok((None, Some(1_500_000))));
        assert_eq!(read("up=100kbps"), Ok((Some(800_000), None)));
        assert_eq!(read("up=1Mibit"), Ok((Some(1_048_576), None)));
        assert_eq!(read("down=20000bit,up=4kbps"), Ok((Some(32_000), Some(20_000))));
    }

    #[test]
    fn what_is_no_rate_is_told_why() {
        for (text, problem) in [
            ("", "it is up=RATE"),
            ("10mbit", "it is up=RATE"),
            ("up=10", "\"10\" has no unit"),
            ("up=10mb", "\"mb\" is no unit"),
            ("up=mbit", "is no rate"),
            ("up=1.mbit", "is no rate"),
            ("up=-1mbit", "is no unit"),
            ("up=0mbit", "0mbit is too slow: at least 16kbit"),
            ("down=1kbit", "too slow"),
            ("up=1mbit,up=2mbit", "given once"),
            ("up=99999999999999tbit", "is no rate"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(problem), "{text}: {error}");
        }
    }

    #[test]
    fn rates_are_written_as_they_are_read() {
        for text in ["up=10mbit,down=1gbit", "down=1500kbit", "up=16001bit"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
    }
}
