//! The words of a command, one after another, as `ip` takes them.

use std::str::FromStr;

use crate::error::Error;
use crate::ip::help;

/// `ip`'s exit status for a mistake in the words.
pub const MISTAKE: u8 = 255;
/// `ip`'s exit status where a device or a file is not there.
pub const ABSENT: u8 = 1;
/// `ip`'s exit status where the kernel refused.
pub const REFUSED: u8 = 2;

/// The result of reading words.
pub type Result<T> = std::result::Result<T, Error>;

/// A cursor over the words.
#[derive(Debug, Clone)]
pub struct Words<'a> {
    words: &'a [String],
}

impl<'a> Words<'a> {
    /// At the first of `words`.
    pub const fn new(words: &'a [String]) -> Self {
        Self { words }
    }

    /// The word that comes next, which stays.
    pub fn peek(&self) -> Option<&'a str> {
        self.words.first().map(String::as_str)
    }

    /// Takes the next word.
    pub fn take(&mut self) -> Option<&'a str> {
        let (word, rest) = self.words.split_first()?;
        self.words = rest;
        Some(word)
    }

    /// Takes the next word, which is the value of the word before.
    ///
    /// # Errors
    /// There is none.
    pub fn value(&mut self) -> Result<&'a str> {
        self.take().ok_or_else(|| mistake("Command line is not complete. Try option \"help\"".to_owned()))
    }

    /// Takes the next word if it is one of `names`: whole, or shortened.
    pub fn skip(&mut self, names: &[&str]) -> bool {
        let found = self.peek().is_some_and(|word| names.iter().any(|name| shortens(word, name)));
        if found {
            self.take();
        }
        found
    }

    /// Takes the next word as a value that can be read from it; `what` is said of one that can't, as in
    /// `argument "x" is wrong: Invalid "mtu" value`.
    ///
    /// # Errors
    /// There is none, or it can't be read.
    pub fn parsed<T: FromStr>(&mut self, what: &str) -> Result<T> {
        let word = self.value()?;
        word.parse().map_err(|_| wrong(word, what))
    }

    /// Takes the next word as a number as strtoul(3) reads it: decimal, `0x` hexadecimal, `0` octal.
    ///
    /// # Errors
    /// There is none, or it is no number, or too great.
    pub fn number<T: TryFrom<u64>>(&mut self, what: &str) -> Result<T> {
        let word = self.value()?;
        number(word).ok_or_else(|| wrong(word, what))
    }

    /// Takes `on` or `off`.
    ///
    /// # Errors
    /// It is neither: `Error: argument of "arp" must be "on" or "off", not "x"`, with the status 1 that `ip` ends
    /// with then.
    pub fn switch(&mut self, keyword: &str) -> Result<bool> {
        let word = self.value()?;
        let said = || format!("Error: argument of \"{keyword}\" must be \"on\" or \"off\", not \"{word}\"");
        on_or_off(word).ok_or_else(|| failed(said()))
    }

    /// Takes `on` or `off`, where `ip` has other words for what is neither.
    ///
    /// # Errors
    /// It is neither: `Error: argument of "hairpin" must be one of "off", "on", not "x"`, with this status.
    pub fn one_of_switch(&mut self, keyword: &str, status: u8) -> Result<bool> {
        let word = self.value()?;
        on_or_off(word).ok_or_else(|| {
            let said =
                format!("Error: argument of \"{keyword}\" must be one of \"off\", \"on\", not \"{word}\"");
            Error::Usage(said).with_status(status)
        })
    }

    /// Says that nothing is left.
    ///
    /// # Errors
    /// Something is.
    pub fn end(&self) -> Result<()> {
        self.peek().map_or(Ok(()), |word| Err(garbage(word)))
    }
}

/// The number that `word` is, as strtoul(3) reads it.
pub fn number<T: TryFrom<u64>>(word: &str) -> Option<T> {
    let (digits, radix) = match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if word.len() > 1 && word.starts_with('0') => (&word[1..], 8),
        None => (word, 10),
    };
    // from_str_radix takes a sign, which no number here has.
    let unsigned = digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
    u64::from_str_radix(digits, radix).ok().filter(|_| unsigned).and_then(|number| T::try_from(number).ok())
}

fn on_or_off(word: &str) -> Option<bool> {
    match word {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

/// The number that `word` is as strtol(3) reads it, of 32 bits with a sign.
pub fn integer(word: &str) -> Option<i32> {
    match word.strip_prefix('-') {
        Some(digits) => number::<u32>(digits).and_then(|number| i32::try_from(-i64::from(number)).ok()),
        None => number(word),
    }
}

/// Whether a device could have this name (`IFNAMSIZ`), or another name in addition to its own (`ALTIFNAMSIZ`).
pub fn is_name(word: &str, longest: usize) -> bool {
    (1..=longest).contains(&word.len()) && !word.contains(|c: char| c == '/' || c.is_ascii_whitespace())
}

/// Bytes of a device's name, at most (`linux/if.h`).
pub const NAME: usize = 15;
/// Bytes of another name of a device, at most.
pub const OTHER_NAME: usize = 127;

/// Whether `word` is `name`, or its beginning.
pub fn shortens(word: &str, name: &str) -> bool {
    !word.is_empty() && name.starts_with(word)
}

/// The verb that the first word is, in the order in which `verbs` are matched, each with what it stands for.
/// Without a word it is `None`.
///
/// # Errors
/// It is none of them; or `help`, which `ip` answers as it answers a mistake.
pub fn verb<T: Copy>(words: &mut Words<'_>, object: &str, verbs: &[(&str, T)]) -> Result<Option<T>> {
    let Some(word) = words.take() else { return Ok(None) };
    let found = verbs.iter().find(|(name, _)| shortens(word, name));
    found.map(|(_, verb)| Some(*verb)).ok_or_else(|| {
        mistake(match word {
            word if shortens(word, "help") => help::of(object).trim_end().to_owned(),
            _ => format!("Command \"{word}\" is unknown, try \"pontoon {object} help\"."),
        })
    })
}

/// A mistake in the words.
pub fn mistake(text: String) -> Error {
    Error::Usage(text).with_status(MISTAKE)
}

/// A mistake that `ip` ends with the status 1 for.
pub fn failed(text: String) -> Error {
    Error::Usage(text).with_status(ABSENT)
}

/// The value is not what its keyword wants.
pub fn wrong(word: &str, what: &str) -> Error {
    mistake(format!("Error: argument \"{word}\" is wrong: {what}"))
}

/// The keyword came before.
pub fn duplicate(keyword: &str, second: &str) -> Error {
    mistake(format!("Error: duplicate \"{keyword}\": \"{second}\" is the second value."))
}

/// The word is no keyword, and what it could name is named already.
pub fn garbage(word: &str) -> Error {
    twice("dev", word)
}

/// The word is no keyword, and `keyword` came before.
pub fn twice(keyword: &str, word: &str) -> Error {
    mistake(format!("Error: either \"{keyword}\" is duplicate, or \"{word}\" is a garbage."))
}

/// A device that is not there.
pub fn no_device(name: &str) -> Error {
    Error::Usage(format!("Cannot find device \"{name}\"")).with_status(ABSENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn keywords_may_be_shortened() {
        let line = of("a dev lo");
        let mut words = Words::new(&line);
        let verbs = [("add", 1), ("append", 2), ("delete", 3)];
        assert_eq!(verb(&mut words, "link", &verbs).unwrap(), Some(1));
        assert!(!words.skip(&["name"]));
        assert!(words.skip(&["name", "device"]));
        assert_eq!(words.take(), Some("lo"));
        let unknown = of("delx");
        let error = verb(&mut Words::new(&unknown), "link", &verbs).unwrap_err();
        assert_eq!(error.exit_status(), MISTAKE);
        assert_eq!(verb::<u8>(&mut Words::new(&[]), "link", &[]).unwrap(), None);
    }

    #[test]
    fn numbers_are_read_as_in_c() {
        assert_eq!(number::<u32>("10"), Some(10));
        assert_eq!(number::<u32>("0x10"), Some(16));
        assert_eq!(number::<u32>("010"), Some(8));
        assert_eq!(number::<u32>("0"), Some(0));
        assert_eq!(number::<u32>("4294967295"), Some(u32::MAX));
        for bad in ["", "x", "-1", "+1", "0x", "0x-1", "4294967296", "1 "] {
            assert_eq!(number::<u32>(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_value_that_is_missing_or_wrong_is_said_in_ips_words() {
        let line = of("x");
        let mut words = Words::new(&line);
        let error = words.number::<u32>("Invalid \"mtu\" value").unwrap_err();
        assert_eq!(error.to_string(), "Error: argument \"x\" is wrong: Invalid \"mtu\" value");
        assert_eq!(words.value().unwrap_err().exit_status(), MISTAKE);
        assert!(words.end().is_ok());
    }
}
