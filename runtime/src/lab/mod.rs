//! `lab`: the pages of docs/labs, run step by step in a small machine of their own.
//!
//! A page is Markdown. In its blocks of `console`, a line behind `# ` is a command, and the lines that follow are what it
//! prints. A lab prints the page, and in place of what is written there the output of each command. So what a lab
//! prints is the page again, and a test can tell whether the page is still true.

mod machine;
pub mod page;
mod session;

use std::env;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use crate::cli::{LabArgs, Language};
use crate::error::{Error, Result};
use crate::sys::gate::rehearsing;

/// A page.
#[derive(Debug)]
pub struct Lab {
    /// What it is about, in a few words.
    pub name: &'static str,
    /// The page in English.
    pub english: &'static str,
    /// The page in Chinese.
    pub chinese: &'static str,
    /// The programs that its commands call, besides Pontoon and a shell, and the packages of Debian that have them.
    pub needs: &'static [(&'static str, &'static str)],
}

/// ping(8).
const PING: (&str, &str) = ("ping", "iputils-ping");
/// What bundles are made with, and of.
const BUNDLES: [(&str, &str); 2] = [("rootfs", "rootfs of this project"), ("busybox", "busybox-static")];

macro_rules! pages {
    ($file:literal) => {
        (
            include_str!(concat!("../../../docs/labs/", $file)),
            include_str!(concat!("../../../docs/labs/zh/", $file)),
        )
    };
}

const fn lab(
    name: &'static str,
    pages: (&'static str, &'static str),
    needs: &'static [(&'static str, &'static str)],
) -> Lab {
    Lab { name, english: pages.0, chinese: pages.1, needs }
}

/// The labs, in their order.
pub static LABS: [Lab; 5] = [
    lab("network namespaces", pages!("1-namespaces.md"), &[PING]),
    lab("a veth pair", pages!("2-veth.md"), &[PING]),
    lab("a bridge", pages!("3-bridge.md"), &[PING]),
    lab("the loopback interface", pages!("4-loopback.md"), &[PING]),
    lab("a card for a container without one", pages!("5-card.md"), &[BUNDLES[0], BUNDLES[1]]),
];

/// Lists the labs, or runs one. Returns the exit status.
///
/// # Errors
/// There is no such lab, a program that it calls is missing, or its machine can't be made.
pub fn run(arguments: &LabArgs) -> Result<u8> {
    let Some(number) = arguments.number else {
        let listed = (1..).zip(&LABS).map(|(number, lab)| format!("{number}  {}\n", lab.name));
        return left_or(session::print(&listed.collect::<String>()).map(|()| 0));
    };
    let none = || Error::Usage(format!("there is no lab {number}: they are 1 to {}", LABS.len()));
    let lab = number.checked_sub(1).and_then(|place| LABS.get(place)).ok_or_else(none)?;
    let text = match arguments.language.unwrap_or_else(language) {
        Language::En => lab.english,
        Language::Zh => lab.chinese,
    };
    if rehearsing() {
        return left_or(session::print(text).map(|()| 0));
    }
    let path = search_path();
    if let Some((program, package)) = lab.needs.iter().find(|(program, _)| !found(program, &path)) {
        return Err(Error::Usage(format!(
            "lab {number} calls {program}, which is not there (Debian: {package})"
        )));
    }
    // Whoever reads by way of a pager has given the terminal to that.
    let led = !arguments.yes && std::io::stdout().is_terminal();
    machine::run(led, |signals| left_or(session::run(&page::pieces(text), arguments.yes, &path, signals)))
}

/// A reader who leaves the page leaves the lab.
fn left_or(done: Result<u8>) -> Result<u8> {
    match done {
        Err(error) if error.is_left_by_reader() => Ok(0),
        done => done,
    }
}

/// That of the person's locale, as setlocale(3) finds it.
fn language() -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| env::var(name).ok());
    match locale.into_iter().find(|value| !value.is_empty()) {
        Some(value) if value.starts_with("zh") => Language::Zh,
        _ => Language::En,
    }
}

/// Where programs are looked for: beside this one first, so that a lab runs the Pontoon that it belongs to.
fn search_path() -> Vec<PathBuf> {
    let own = env::current_exe().ok().and_then(|program| program.parent().map(Path::to_owned));
    let usual = env::var_os("PATH").unwrap_or_else(|| "/usr/sbin:/usr/bin:/sbin:/bin".into());
    own.into_iter().chain(env::split_paths(&usual)).collect()
}

fn found(program: &str, path: &[PathBuf]) -> bool {
    path.iter().any(|directory| directory.join(program).is_file())
}
