//! A command line as `ip` reads it: options before the words, with one dash or two, shortened; and its complaints.

use std::ffi::OsString;

use clap::error::{ContextKind, ErrorKind};
use clap::{Args, Command};

use super::{BatchArgs, Global, Inside, NetnsArgs, ObjectArgs};
use crate::ip::words::shortens;

/// `ip`'s objects, in the order in which it matches shortened words, and the verbs that they are.
const OBJECTS: [(&str, &str); 8] = [
    ("address", "addr"),
    ("route", "route"),
    ("neighbor", "neigh"),
    ("neighbour", "neigh"),
    ("link", "link"),
    ("tap", "tuntap"),
    ("tuntap", "tuntap"),
    ("netns", NETNS),
];
const NETNS: &str = "netns";
/// The verb that takes commands from a file, which is an option of `ip`'s.
const BATCH: &str = "batch";

/// `ip`'s options in the order in which it matches shortened ones, what they are to the definitions, and whether a value
/// follows. What the definition of a verb lacks means nothing to it.
const OPTIONS: [(&str, &str, bool); 27] = [
    ("loops", "loops", true),
    ("family", "family", true),
    ("4", "family=inet", false),
    ("6", "family=inet6", false),
    ("0", "family=link", false),
    ("human-readable", "human-readable", false),
    ("iec", "iec", false),
    ("stats", "statistics", false),
    ("statistics", "statistics", false),
    ("details", "details", false),
    ("resolve", "resolve", false),
    ("oneline", "oneline", false),
    ("timestamp", "timestamp", false),
    ("tshort", "tshort", false),
    ("Version", "version", false),
    ("force", "force", false),
    ("batch", BATCH, true),
    ("brief", "brief", false),
    ("json", "json", false),
    ("pretty", "pretty", false),
    ("rcvbuf", "rcvbuf", true),
    ("color", "color", false),
    ("help", "help", false),
    ("netns", "netns", true),
    ("Numeric", "Numeric", false),
    ("all", "all", false),
    ("echo", "echo", false),
];
/// What may stand behind `-color=`.
const WHEN: [&str; 3] = ["always", "auto", "never"];
/// Options of one letter, of which a word may have several.
const LETTERS: &str = "46sdjpohNV";

/// A command line as the definitions read it, if its verb takes `ip`'s words: the options first, wherever they stood, and
/// behind two dashes the words.
pub(super) fn in_ips_manner(words: &[OsString]) -> Option<Vec<OsString>> {
    let (program, mut rest) = words.split_at_checked(1)?;
    let mut line = Line::default();
    line.leading(&mut rest);
    let said = match rest.split_off_first() {
        Some(word) if word == BATCH => Some(BATCH),
        Some(word) => Some(object(word.to_str()?)?),
        None => None,
    };
    let mut verb = said.unwrap_or(BATCH);
    line.leading(&mut rest);
    line.words(rest, verb);
    let file = line.options.iter().position(|option| option.word == "--batch");
    match file.and_then(|place| line.options.remove(place).value) {
        Some(file) => (verb, line.words) = (BATCH, vec![file]),
        None if said.is_none() => return None,
        None => {}
    }
    let known = definition(verb);
    line.options.retain(|option| !option.is_ips || option.is_of(&known));
    let options = line.options.into_iter().flat_map(|option| [Some(option.word), option.value]).flatten();
    let mut all: Vec<OsString> = program.iter().cloned().chain([verb.into()]).chain(options).collect();
    all.push("--".into());
    all.append(&mut line.words);
    Some(all)
}

/// The verb of a command line: its first word that is no option.
pub(super) fn verb_of(words: &[OsString]) -> Option<&OsString> {
    let mut rest = words.get(1..)?;
    Line::default().leading(&mut rest);
    rest.first()
}

/// The verb that is an object of `ip`'s, by a word that may be shortened.
pub fn object(word: &str) -> Option<&'static str> {
    // `net` could be `network` here.
    let is = |object: &str| shortens(word, object) && !(object == NETNS && shortens(word, "network"));
    OBJECTS.iter().find(|(object, verb)| is(object) || word == *verb).map(|(_, verb)| *verb)
}

fn definition(verb: &str) -> Command {
    let command = Command::new("");
    match verb {
        NETNS => NetnsArgs::augment_args(command),
        BATCH => BatchArgs::augment_args(command),
        _ => ObjectArgs::augment_args(command),
    }
}

/// What was read of a line.
#[derive(Debug, Default)]
struct Line {
    options: Vec<Flag>,
    words: Vec<OsString>,
}

impl Line {
    /// Takes the options that stand next.
    fn leading(&mut self, rest: &mut &[OsString]) {
        while rest.first().is_some_and(|word| word.len() > 1 && word.as_encoded_bytes().starts_with(b"-")) {
            let Some(word) = rest.split_off_first().filter(|word| *word != "--") else { return };
            self.options.push(Flag::read(word, rest));
        }
    }

    /// Takes the words, and the options that stand between them: those without a value, and those with two dashes.
    fn words(&mut self, mut rest: &[OsString], verb: &str) {
        while let Some(word) = rest.split_off_first() {
            let is_exec = verb == NETNS && word.to_str().is_some_and(|word| shortens(word, "exec"));
            // What stands behind is the program's.
            if self.words.is_empty() && is_exec {
                self.words.push(word.clone());
            }
            if word == "--" || is_exec && self.words.len() == 1 {
                return self.words.extend_from_slice(rest);
            }
            let plain = Flag::of_ips(word).is_some_and(|flag| !flag.has_value) || Flag::letters(word);
            if plain || word.as_encoded_bytes().starts_with(b"--") {
                self.options.push(Flag::read(word, &mut rest));
            } else {
                self.words.push(word.clone());
            }
        }
    }
}

/// An option, with two dashes.
#[derive(Debug)]
struct Flag {
    word: OsString,
    value: Option<OsString>,
    has_value: bool,
    is_ips: bool,
}

impl Flag {
    /// The option that `word` is, and its value.
    fn read(word: &OsString, rest: &mut &[OsString]) -> Self {
        let mut flag = Self::of_ips(word).unwrap_or_else(|| Self::other(word));
        flag.value = flag.has_value.then(|| rest.split_off_first().cloned()).flatten();
        flag
    }

    /// The option of `ip`'s that `word` is.
    fn of_ips(word: &OsString) -> Option<Self> {
        let given = word.to_str()?.strip_prefix('-')?;
        let given = given.strip_prefix('-').unwrap_or(given);
        let (name, when) = given.split_once('=').map_or((given, None), |(name, when)| (name, Some(when)));
        let (_, long, has_value) = *OPTIONS.iter().find(|(option, ..)| shortens(name, option))?;
        let word = match when {
            None => format!("--{long}"),
            Some(when) if long == "color" && WHEN.contains(&when) => format!("--{long}={when}"),
            Some(_) => return None,
        };
        Some(Self { word: word.into(), value: None, has_value, is_ips: true })
    }

    /// Any other: Pontoon's, letters in one word, or none.
    fn other(word: &OsString) -> Self {
        let text = word.to_string_lossy();
        let has_value = text.strip_prefix("--").is_some_and(|name| {
            let known = Inside::augment_args(Global::augment_args(Command::new("")));
            let flag = known.get_arguments().find(|flag| flag.get_long() == Some(name));
            flag.is_some_and(|flag| flag.get_action().takes_values() && !flag.is_require_equals_set())
        });
        // To `ip` one dash and two are the same.
        let whole = text.starts_with("--") || Self::letters(word);
        let word = if whole { word.clone() } else { format!("-{text}").into() };
        Self { word, value: None, has_value, is_ips: false }
    }

    fn letters(word: &OsString) -> bool {
        let letters = word.to_str().and_then(|word| word.strip_prefix('-')).unwrap_or_default();
        !letters.is_empty() && letters.chars().all(|letter| LETTERS.contains(letter))
    }

    /// Whether `command` has it.
    fn is_of(&self, command: &Command) -> bool {
        let long = self.word.to_str().and_then(|word| word.strip_prefix("--")).unwrap_or_default();
        let long = long.split('=').next();
        ["help", "version"].map(Some).contains(&long)
            || command.get_arguments().any(|flag| flag.get_long() == long)
    }
}

/// What clap says of `line`, for a verb that takes `ip`'s words, as `ip` says it. An answer is none.
pub(super) fn complaint(error: &clap::Error, line: &[OsString]) -> Option<String> {
    let said = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let (argument, value) = (said(ContextKind::InvalidArg), said(ContextKind::InvalidValue));
    // With what stands behind `=`, and one dash.
    let unknown = |option: &str| {
        let whole = line.iter().filter_map(|word| word.to_str()).find(|word| word.starts_with(option));
        let option = whole.unwrap_or(option);
        let option = option.strip_prefix('-').filter(|option| option.starts_with('-')).unwrap_or(option);
        Some(format!("Option \"{option}\" is unknown, try \"pontoon -help\"."))
    };
    match error.kind() {
        _ if !error.use_stderr() => None,
        ErrorKind::UnknownArgument => unknown(&argument),
        ErrorKind::InvalidValue if argument.starts_with("--color") => unknown("--color="),
        ErrorKind::InvalidValue if argument.starts_with("--family") && !value.is_empty() => {
            Some(format!("Error: argument \"{value}\" is wrong: invalid protocol family"))
        }
        _ => Some(error.to_string().trim_end().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> String {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let read = in_ips_manner(&words).unwrap_or(words);
        read.iter().map(|word| word.to_str().unwrap()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn options_are_taken_as_ip_takes_them() {
        for (line, as_read) in [
            ("pontoon link -br", "pontoon link --brief --"),
            ("pontoon -br -4 l", "pontoon link --brief --family=inet --"),
            (
                "pontoon --root x addr -6 -br -j -json -de",
                "pontoon addr --root x --family=inet6 --brief --json --json --details --",
            ),
            ("pontoon link -ss -d --explain show lo", "pontoon link -ss --details --explain -- show lo"),
            ("pontoon -n blue -f inet6 ro get x -n", "pontoon route --netns blue --family inet6 -- get x -n"),
            ("pontoon addr show -tentative dev lo -j", "pontoon addr --json -- show -tentative dev lo"),
            ("pontoon addr add 10.0.0.1 brd - dev d0", "pontoon addr -- add 10.0.0.1 brd - dev d0"),
            ("pontoon a show --in web -- -br", "pontoon addr --in web -- show -br"),
            ("pontoon addre -foo --bar", "pontoon addr --foo --bar --"),
            ("pontoon -a -br -s netns", "pontoon netns --all --"),
            ("pontoon -a netns --in x e ls -l --in y", "pontoon netns --all --in x -- e ls -l --in y"),
            ("pontoon -force -b file", "pontoon batch --force -- file"),
            ("pontoon batch -br file", "pontoon batch --brief -- file"),
            ("pontoon netn", "pontoon netns --"),
            ("pontoon net ls", "pontoon net ls"),
            ("pontoon ps -br", "pontoon ps -br"),
            ("pontoon logs a -f", "pontoon logs a -f"),
            ("pontoon --explain --root l --log=x logs n -f", "pontoon --explain --root l --log=x logs n -f"),
            ("pontoon --explain --root l l -br", "pontoon link --explain --root l --brief --"),
            ("pontoon", "pontoon"),
            ("pontoon -V", "pontoon -V"),
        ] {
            assert_eq!(read(line), as_read);
        }
    }
}
