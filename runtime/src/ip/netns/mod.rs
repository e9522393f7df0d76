//! `netns`: network namespaces by name, in `ip netns`' words, and in step with it: both look into `/run/netns`.
//!
//! Source: ip-netns(8), and what iproute2 6.1 does and prints.

pub mod add;
pub mod exec;
pub mod list;
pub mod list_id;
pub mod monitor;
pub mod processes;
pub mod set;

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;

use crate::cli::NetnsArgs;
use crate::error::{Error, Result};
use crate::ip::inside;
use crate::ip::words::{ABSENT, MISTAKE, Words, shortens, verb};
use crate::netns;
use crate::netns::directory::{self, Named};
use crate::state::State;

/// The longest name of a file (`NAME_MAX`).
const LONGEST: usize = 255;

const USAGE: &str = "Usage:\tpontoon netns list
	pontoon netns add NAME
	pontoon netns attach NAME PID
	pontoon netns set NAME NETNSID
	pontoon netns [-all] delete [NAME]
	pontoon netns identify [PID]
	pontoon netns pids NAME
	pontoon netns [-all] exec [NAME] cmd ...
	pontoon netns monitor
	pontoon netns list-id [target-nsid POSITIVE-INT] [nsid POSITIVE-INT]
NETNSID := auto | POSITIVE-INT";

/// What is done with namespaces.
#[derive(Debug, Clone, Copy)]
enum Verb {
    List,
    ListId,
    Help,
    Add,
    Set,
    Delete,
    Identify,
    Pids,
    Exec,
    Monitor,
    Attach,
}

/// In the order in which shortened words are matched.
const VERBS: [(&str, Verb); 13] = [
    ("list", Verb::List),
    ("show", Verb::List),
    ("lst", Verb::List),
    ("list-id", Verb::ListId),
    ("help", Verb::Help),
    ("add", Verb::Add),
    ("set", Verb::Set),
    ("delete", Verb::Delete),
    ("identify", Verb::Identify),
    ("pids", Verb::Pids),
    ("exec", Verb::Exec),
    ("monitor", Verb::Monitor),
    ("attach", Verb::Attach),
];

/// Does what the words say. Returns the exit status.
///
/// # Errors
/// A mistake in the words, a namespace that is not there, or the kernel's refusal, each with the status of `ip`.
pub fn run(state: &State, arguments: &NetnsArgs) -> Result<u8> {
    go(state, arguments, false)
}

/// Does what the words say, and comes back from `exec` too. Returns the exit status.
///
/// # Errors
/// As [`run`].
pub fn run_in_batch(state: &State, arguments: &NetnsArgs) -> Result<u8> {
    go(state, arguments, true)
}

fn go(state: &State, arguments: &NetnsArgs, stays: bool) -> Result<u8> {
    let who = inside::enter(state, &arguments.inside, arguments.netns.as_deref())?;
    let mut all = arguments.all;
    let Some((first, mut rest)) = arguments.words.split_first() else {
        return list::list(state, arguments.form(), who);
    };
    // Behind the verb, where `pontoon netns exec` takes no flag for its own any more.
    while let Some((_, more)) = rest.split_first().filter(|(flag, _)| is_all(flag)) {
        (all, rest) = (true, more);
    }
    if let Some(name) = rest.first().filter(|name| !all && !is_name(name)) {
        return Err(failed(MISTAKE, format!("Invalid netns name \"{}\"", name.display())));
    }
    let first = [first.to_string_lossy().into_owned()];
    let text: Vec<String> = rest.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let mut words = Words::new(&text);
    match verb(&mut Words::new(&first), "netns", &VERBS)?.unwrap_or(Verb::List) {
        Verb::List => list::list(state, arguments.form(), who),
        Verb::ListId => list_id::list_id(state, &mut words, arguments.form(), who),
        Verb::Help => Ok(usage()),
        Verb::Add => add::add(rest).map(|()| 0),
        Verb::Attach => add::attach(rest).map(|()| 0),
        Verb::Set => set::set(state, rest, who).map(|()| 0),
        Verb::Delete if all => add::delete_all().map(|()| 0),
        Verb::Delete => add::delete(rest).map(|()| 0),
        Verb::Identify => processes::identify(state, rest).map(|()| 0),
        Verb::Pids => processes::pids(state, rest).map(|()| 0),
        Verb::Exec if all => exec::in_all(state, rest).map(|()| 0),
        Verb::Exec if stays => exec::as_child(state, rest),
        Verb::Exec => exec::exec(state, rest).map(|()| 0),
        Verb::Monitor => monitor::monitor().map(|()| 0),
    }
}

/// Whether it is `-all`, in one of the ways in which `ip` takes it.
fn is_all(word: &OsStr) -> bool {
    word.to_str().is_some_and(|word| word == "--all" || (word.len() > 1 && shortens(word, "-all")))
}

/// Whether a file may be called so.
fn is_name(word: &OsStr) -> bool {
    let bytes = word.as_bytes();
    !bytes.is_empty() && bytes.len() <= LONGEST && !bytes.contains(&b'/') && bytes != b"." && bytes != b".."
}

/// All entries of `/run/netns`; none where it is missing.
///
/// # Errors
/// opendir(3)'s.
fn all() -> Result<Vec<Named>> {
    match directory::entries() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => entries.map_err(|error| {
            failed(ABSENT, format!("Failed to open directory {}:{}", netns::DIRECTORY, said(&error)))
        }),
    }
}

/// Says how it is used. The exit status is `ip`'s.
fn usage() -> u8 {
    eprintln!("{USAGE}");
    MISTAKE
}

fn failed(status: u8, text: String) -> Error {
    Error::Usage(text).with_status(status)
}

/// The name that a verb needs.
///
/// # Errors
/// There is none.
fn name(words: &[OsString]) -> Result<&OsString> {
    words.first().ok_or_else(|| failed(ABSENT, "No netns name specified".to_owned()))
}

/// The kernel's words for an error.
fn said(error: &io::Error) -> String {
    crate::sys::clone::words(error)
}

/// The number that `word` is, as strtol(3) reads it.
fn integer(word: &str) -> Option<i32> {
    let (negative, digits) = match word.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, word.strip_prefix('+').unwrap_or(word)),
    };
    let number: i64 = crate::ip::words::number::<u32>(digits)?.into();
    i32::try_from(if negative { -number } else { number }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_a_file_can_have() {
        for good in ["a", "a b", "..x", "-x", &"x".repeat(255)] {
            assert!(is_name(OsStr::new(good)), "{good}");
        }
        for bad in ["", ".", "..", "a/b", "/", &"x".repeat(256)] {
            assert!(!is_name(OsStr::new(bad)), "{bad}");
        }
    }

    #[test]
    fn numbers_are_read_as_in_c() {
        for (word, number) in
            [("0", 0), ("-1", -1), ("+7", 7), ("0x10", 16), ("010", 8), ("2147483647", i32::MAX)]
        {
            assert_eq!(integer(word), Some(number), "{word}");
        }
        for bad in ["", "-", "x", "1x", "2147483648", "--1", "99999999999"] {
            assert_eq!(integer(bad), None, "{bad}");
        }
    }

    #[test]
    fn all_is_taken_as_ip_takes_it() {
        let all = ["-a", "-al", "-all", "--all"];
        assert!(all.iter().all(|word| is_all(OsStr::new(word))));
        assert!(["-", "-b", "a", "all", "-allx", "--al"].iter().all(|word| !is_all(OsStr::new(word))));
    }
}
