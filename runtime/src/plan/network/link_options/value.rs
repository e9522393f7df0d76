//! Values of options, as text.

use std::net::IpAddr;
use std::ops::RangeInclusive;

/// A named number: its word, and the number.
pub(super) type Names<T> = &'static [(&'static str, T)];

/// The place of an option's value.
pub(super) enum Value<'a> {
    /// On or off.
    Switch(Switch<'a>),
    /// A number in a range.
    Number(&'a mut Option<u32>, RangeInclusive<u32>),
    /// A number in a range, of 16 bits.
    Short(&'a mut Option<u16>, RangeInclusive<u16>),
    /// A number of 8 bits, all of them good.
    Byte(&'a mut Option<u8>),
    /// A time in hundredths of a second, in a range.
    Time(&'a mut Option<u32>, RangeInclusive<u32>),
    /// One word of several.
    Word(&'a mut Option<u32>, Names<u32>),
    /// One word of several, of 16 bits.
    ShortWord(&'a mut Option<u16>, Names<u16>),
    /// An address.
    Ip(&'a mut Option<IpAddr>),
    /// The name of a device.
    Device(&'a mut Option<String>),
}

/// The place of a switch.
pub(super) enum Switch<'a> {
    Bool(&'a mut Option<bool>),
    /// A number that is 1 or 0 (and 2 where another than the kernel does it).
    Number(&'a mut Option<u32>),
}

type Read = Result<(), String>;

impl Value<'_> {
    /// Puts what `text` says into its place.
    pub(super) fn read(self, text: &str) -> Read {
        match self {
            Self::Switch(Switch::Bool(place)) => *place = Some(switch(text)?),
            Self::Switch(Switch::Number(place)) => *place = Some(switch(text)?.into()),
            Self::Number(place, range) => *place = Some(number(text, &range)?),
            Self::Short(place, range) => *place = Some(number(text, &range)?),
            Self::Byte(place) => *place = Some(number(text, &(0..=u8::MAX))?),
            Self::Time(place, range) => *place = Some(time(text, &range)?),
            Self::Word(place, names) => *place = Some(word(text, names)?),
            Self::ShortWord(place, names) => *place = Some(word(text, names)?),
            Self::Ip(place) => {
                *place = Some(text.parse().map_err(|_| "it takes an IPv4 or IPv6 address".to_owned())?);
            }
            Self::Device(place) => *place = Some(device(text)?),
        }
        Ok(())
    }

    /// The text for what is in its place.
    pub(super) fn written(&self) -> Option<String> {
        Some(match self {
            Self::Switch(Switch::Bool(place)) => (**place)?.to_string(),
            Self::Switch(Switch::Number(place)) => ((**place)? != 0).to_string(),
            Self::Number(place, _) => (**place)?.to_string(),
            Self::Short(place, _) => (**place)?.to_string(),
            Self::Byte(place) => (**place)?.to_string(),
            Self::Time(place, _) => seconds((**place)?),
            Self::Word(place, names) => named((**place)?, names),
            Self::ShortWord(place, names) => named((**place)?, names),
            Self::Ip(place) => (**place)?.to_string(),
            Self::Device(place) => place.as_deref()?.to_owned(),
        })
    }
}

fn switch(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "on" | "yes" => Ok(true),
        "false" | "0" | "off" | "no" => Ok(false),
        _ => Err("it takes true or false".to_owned()),
    }
}

fn number<T>(text: &str, range: &RangeInclusive<T>) -> Result<T, String>
where
    T: std::str::FromStr + PartialOrd + std::fmt::Display,
{
    let refused = || format!("it takes a number from {} to {}", range.start(), range.end());
    text.parse().ok().filter(|number| range.contains(number)).ok_or_else(refused)
}

/// Hundredths of a second.
fn time(text: &str, range: &RangeInclusive<u32>) -> Result<u32, String> {
    let refused = || {
        let (first, last) = (seconds(*range.start()), seconds(*range.end()));
        format!("it takes a time from {first} to {last}, such as 15, 1.5s or 1500ms")
    };
    let (number, thousandths) = match text.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => (text.strip_suffix('s').unwrap_or(text), 1000),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(fraction) || fraction.len() > 3 {
        return Err(refused());
    }
    let parts = 10_u64.pow(u32::try_from(fraction.len()).unwrap_or_default());
    let whole: u64 = whole.parse().map_err(|_| refused())?;
    let fraction: u64 = fraction.parse().map_err(|_| refused())?;
    let milliseconds =
        whole.saturating_mul(parts).saturating_add(fraction).saturating_mul(thousandths) / parts;
    let hundredths = u32::try_from(milliseconds / 10).map_err(|_| refused())?;
    if milliseconds % 10 != 0 || !range.contains(&hundredths) {
        return Err(refused());
    }
    Ok(hundredths)
}

/// `15s`, or `1500ms` where it is not whole seconds.
fn seconds(hundredths: u32) -> String {
    if hundredths.is_multiple_of(100) {
        format!("{}s", hundredths / 100)
    } else {
        format!("{}ms", u64::from(hundredths) * 10)
    }
}

fn word<T: Copy>(text: &str, names: Names<T>) -> Result<T, String> {
    let found = names.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, number)| *number);
    found.ok_or_else(|| {
        let words: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
        format!("it takes {}", words.join(", "))
    })
}

fn named<T: Copy + PartialEq + std::fmt::Display>(number: T, names: Names<T>) -> String {
    let found = names.iter().find(|(_, known)| *known == number);
    found.map_or_else(|| number.to_string(), |(name, _)| (*name).to_owned())
}

/// A name that the kernel takes for a device.
fn device(text: &str) -> Result<String, String> {
    let refused = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '/' | ':');
    if text.is_empty() || text.len() > 15 || [".", ".."].contains(&text) || text.contains(refused) {
        return Err("it takes the name of a device, 1 to 15 bytes without white space, / and :".to_owned());
    }
    Ok(text.to_owned())
}
