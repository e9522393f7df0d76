//! `tuntap add` and `del`.

use std::fs;
use std::os::fd::AsFd;

use crate::error::Error;
use crate::ip::answer::strerror;
use crate::ip::words::{NAME, Result, Words, failed, is_name, mistake, twice, wrong};
use crate::sys;
use crate::sys::tun::{self, Mode, Tap};

/// What words ask for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The device's name; empty leaves it to the kernel.
    pub name: String,
    /// What it carries.
    pub mode: Option<Mode>,
    owner: Option<u32>,
    group: Option<u32>,
    multi_queue: bool,
    vnet_header: bool,
    packet_information: bool,
    one_queue: bool,
}

impl Asked {
    /// A device of which only this is known.
    pub fn of(mode: Mode) -> Self {
        Self { mode: Some(mode), ..Self::default() }
    }

    /// Takes an option; of whom the device is only with `owners`.
    ///
    /// # Errors
    /// Its value is missing; there is no such user or group.
    pub fn option(&mut self, words: &mut Words<'_>, owners: bool) -> Result<bool> {
        if owners && words.skip(&["user"]) {
            self.owner = Some(number_of(words.value()?, "user", "/etc/passwd")?);
        } else if owners && words.skip(&["group"]) {
            self.group = Some(number_of(words.value()?, "group", "/etc/group")?);
        } else if words.skip(&["pi"]) {
            self.packet_information = true;
        } else if words.skip(&["one_queue"]) {
            self.one_queue = true;
        } else if words.skip(&["vnet_hdr"]) {
            self.vnet_header = true;
        } else if words.skip(&["multi_queue"]) {
            self.multi_queue = true;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// The device.
    pub fn tap(&self) -> Tap<'_> {
        Tap {
            name: &self.name,
            any_name: true,
            mode: self.mode.unwrap_or_default(),
            owner: self.owner,
            group: self.group,
            multi_queue: self.multi_queue,
            vnet_header: self.vnet_header,
            packet_information: self.packet_information,
            one_queue: self.one_queue,
        }
    }

    fn read(words: &mut Words<'_>, owners: bool) -> Result<Self> {
        let mut asked = Self::default();
        while words.peek().is_some() {
            if words.skip(&["mode"]) {
                asked.mode(words.value()?)?;
            } else if asked.option(words, owners)? {
            } else if words.skip(&["dev"]) {
                asked.name = name(words.value()?, "dev")?;
            } else {
                words.skip(&["name"]);
                let word = words.value()?;
                if !asked.name.is_empty() {
                    return Err(twice("name", word));
                }
                asked.name = name(word, "name")?;
            }
        }
        let without = || failed("You failed to specify a tunnel mode".to_owned());
        asked.mode.ok_or_else(without)?;
        Ok(asked)
    }

    fn mode(&mut self, word: &str) -> Result<()> {
        use crate::ip::words::shortens;
        let mode = match word {
            _ if shortens(word, "tun") => Mode::Tun,
            _ if shortens(word, "tap") => Mode::Tap,
            _ => return Err(mistake(format!("Unknown tunnel mode \"{word}\""))),
        };
        if self.mode.is_some_and(|other| other != mode) {
            return Err(mistake("You managed to ask for more than one tunnel mode.".to_owned()));
        }
        self.mode = Some(mode);
        Ok(())
    }
}

/// Makes the device that the words describe, which stays.
///
/// # Errors
/// A mistake in them; no such user or group; the kernel's refusal.
pub fn add(words: &mut Words<'_>) -> Result<()> {
    let asked = Asked::read(words, true)?;
    let tap = asked.tap();
    let file = tun::make(&tap).map_err(|error| told(&error))?;
    tun::keep(file.as_fd(), &tap).map_err(|error| told(&error))
}

/// Deletes the device that the words describe, as soon as nobody is attached to it.
///
/// # Errors
/// As [`add`].
pub fn delete(words: &mut Words<'_>) -> Result<()> {
    let asked = Asked::read(words, false)?;
    tun::let_go(&asked.tap()).map_err(|error| told(&error))
}

/// A failure as `ip tuntap` tells it: `ioctl(TUNSETIFF): Device or resource busy`.
pub fn told(error: &sys::Error) -> Error {
    let call = match (error.call, error.arguments.split(", ").nth(1)) {
        ("ioctl", Some(request)) => format!("ioctl({request})"),
        // Which it is opened by.
        _ => "open".to_owned(),
    };
    failed(format!("{call}: {}", strerror(error.errno as i32)))
}

fn name(word: &str, keyword: &str) -> Result<String> {
    if is_name(word, NAME) {
        Ok(word.to_owned())
    } else {
        Err(wrong(word, &format!("\"{keyword}\" not a valid ifname")))
    }
}

/// The number of a user or a group, which is one, or that of a name in `file` (passwd(5), group(5)).
fn number_of(word: &str, what: &str, file: &str) -> Result<u32> {
    if let Ok(number) = word.parse() {
        return Ok(number);
    }
    let text = fs::read_to_string(file).unwrap_or_default();
    let mut lines = text.lines().map(|line| line.split(':'));
    let found = lines.find_map(|mut fields| {
        let name = fields.next()?;
        (name == word).then(|| fields.nth(1)?.parse().ok())?
    });
    found.ok_or_else(|| mistake(format!("invalid {what} \"{word}\"")))
}
