//! `batch`: commands from a file, one a line, in the words of `ip -batch`.

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use super::words::{ABSENT, MISTAKE, failed};
use super::{addr, link, neigh, netns, route, tuntap};
use crate::cli::{BatchArgs, NetnsArgs, ObjectArgs, object};
use crate::error::Result;
use crate::log;
use crate::state::State;
use crate::sys::clone::words as why;

/// Does what each line of the file says, up to the first that fails, or whatever fails with `--force`. Returns the exit
/// status.
///
/// # Errors
/// The file can't be read; a mistake in the words of a line, which ends it all.
pub fn run(state: &State, arguments: &BatchArgs) -> Result<u8> {
    let name = arguments.each.words.first().map_or("-", String::as_str);
    let mut lines = open(name)?.lines();
    let (mut status, mut number) = (0, 0);
    while let Some(line) = next(&mut lines, &mut number)? {
        let words = split(&line)?;
        let Some((object, words)) = words.split_first() else { continue };
        let done = one(state, &arguments.each, object, words);
        // A mistake in the words ends `ip`, whatever it was told to go on behind.
        let failed = match done {
            Err(error) if error.exit_status() == MISTAKE => return Err(error),
            Ok(status) => status != 0,
            Err(error) => {
                log::error("", &error.to_string());
                true
            }
        };
        if failed {
            log::error("", &format!("Command failed {name}:{number}"));
            status = ABSENT;
            if !arguments.force {
                break;
            }
        }
    }
    Ok(status)
}

fn open(name: &str) -> Result<Box<dyn BufRead>> {
    if name == "-" {
        return Ok(Box::new(io::stdin().lock()));
    }
    let opened = File::open(name);
    let opened = opened
        .map_err(|error| failed(format!("Cannot open file \"{name}\" for reading: {}", why(&error))))?;
    Ok(Box::new(BufReader::new(opened)))
}

/// The next line, without what stands behind `#`, and with those that it goes on in, behind `\`. `number` counts them.
fn next(lines: &mut impl Iterator<Item = io::Result<String>>, number: &mut usize) -> Result<Option<String>> {
    let mut whole = None;
    for line in lines {
        let line = line.map_err(|error| failed(why(&error)))?;
        *number += 1;
        let line = line.split('#').next().unwrap_or_default();
        let whole = whole.get_or_insert_with(String::new);
        let goes_on = line.strip_suffix('\\');
        whole.push_str(goes_on.unwrap_or(line));
        if goes_on.is_none() {
            break;
        }
    }
    Ok(whole)
}

/// The words of a line. A quotation mark at the beginning of one goes to the next such mark.
fn split(line: &str) -> Result<Vec<String>> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, behind) = if matches!(first, '\'' | '"') {
            let quoted = &rest[1..];
            quoted.split_once(first).ok_or_else(|| failed("Unterminated quoted string".to_owned()))?
        } else {
            rest.split_once(char::is_whitespace).unwrap_or((rest, ""))
        };
        words.push(word.to_owned());
        rest = behind.trim_start();
    }
    Ok(words)
}

fn one(state: &State, each: &ObjectArgs, word: &str, words: &[String]) -> Result<u8> {
    let arguments = ObjectArgs { words: words.to_vec(), ..each.clone() };
    match object(word) {
        Some("link") => link::run(state, &arguments),
        Some("addr") => addr::run(state, &arguments),
        Some("route") => route::run(state, &arguments),
        Some("neigh") => neigh::run(state, &arguments),
        Some("tuntap") => tuntap::run(state, &arguments),
        Some(_) => netns::run_in_batch(state, &NetnsArgs::of(&arguments)),
        None => Err(failed(format!("Object \"{word}\" is unknown, try \"pontoon help\"."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_as_ip_splits_them() {
        let text = "link  show\t'a b' \"\" x'y # z\n\n# x\naddr \\\nshow \\\n lo\nlast\\";
        let mut lines = text.lines().map(|line| Ok(line.to_owned()));
        let mut number = 0;
        let mut read = Vec::new();
        while let Some(line) = next(&mut lines, &mut number).unwrap() {
            read.push((number, split(&line).unwrap().join("|")));
        }
        let expected = [(1, "link|show|a b||x'y"), (2, ""), (3, ""), (6, "addr|show|lo"), (7, "last")];
        assert_eq!(read, expected.map(|(number, words)| (number, words.to_owned())));
        assert!(split("link show 'a").is_err());
    }
}
