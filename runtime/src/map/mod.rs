//! `map`: a picture of what is connected to what.
//!
//! `gather` asks the kernel and makes a `model::Map` of plain values; `select` takes the part that was asked for; what
//! draws it (text, SVG, Graphviz, JSON) asks nothing, and decides nothing but how it looks.

pub mod dot;
#[cfg(test)]
mod example;
mod gather;
pub mod json;
pub mod label;
pub mod layout;
pub mod model;
pub mod outline;
pub mod select;
pub mod svg;
pub mod text;
mod watch;

use std::env;
use std::ffi::OsString;
use std::io::Write;

use nix::sys::resource::{Resource, getrlimit};

use self::gather::{Asked, gather};
use self::text::Style;
use crate::cli::{MapArgs, MapFormat};
use crate::error::{Doing, Error, Result};
use crate::state::State;
use crate::sys::gate::rehearsing;
use crate::sys::process;

/// Draws what is asked for. Returns the exit status.
///
/// # Errors
/// No such container or namespace; a state file that can't be read; the kernel's refusal.
pub fn run(state: &State, arguments: &MapArgs) -> Result<u8> {
    let asked = Asked {
        around: arguments.inside.place.as_deref(),
        about: &arguments.about,
        all: arguments.all,
        family: arguments.family(),
    };
    let style =
        Style { ascii: arguments.ascii || !is_utf8(|name| env::var_os(name)), details: arguments.details };
    raise_limit()?;
    if arguments.watch {
        if arguments.format != MapFormat::Text {
            return Err(Error::Usage("--watch draws text, and no other format".to_owned()));
        }
        // What a rehearsal would wait for does not come.
        if !rehearsing() {
            return watch::watch(state, asked, style);
        }
    }
    let found = gather(state, asked, &mut |_| Ok(()))?;
    let map = select::about(select::only(found.map, asked.family), &found.about);
    let text = match arguments.format {
        MapFormat::Text => text::draw(&map, style),
        MapFormat::Dot => dot::draw(&map, arguments.details),
        MapFormat::Svg => svg::draw(&map, arguments.details),
        MapFormat::Json => json::draw(&map),
    };
    std::io::stdout().write_all(text.as_bytes()).doing(|| "write".to_owned())?;
    Ok(0)
}

/// Each namespace takes a few descriptors: more than a soft limit allows may be needed.
fn raise_limit() -> Result<()> {
    match getrlimit(Resource::RLIMIT_NOFILE) {
        Ok((soft, hard)) if soft < hard && !rehearsing() => {
            process::setrlimit(Resource::RLIMIT_NOFILE, hard, hard).doing(|| "map".to_owned())
        }
        _ => Ok(()),
    }
}

/// Whether the locale's letters are UTF-8 (locale(7)): the first of these that says something decides.
fn is_utf8(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let said = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| variable(name).filter(|it| !it.is_empty()));
    let said = said.unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    said.contains("utf-8") || said.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_says_something_decides_on_the_letters() {
        let locale = |all: &'static str, lang: &'static str| {
            is_utf8(|name| match name {
                "LC_ALL" => Some(all.into()),
                "LANG" => Some(lang.into()),
                _ => None,
            })
        };
        assert!(locale("", "de_DE.UTF-8"));
        assert!(locale("C.utf8", "C"));
        assert!(!locale("C", "de_DE.UTF-8"));
        assert!(!is_utf8(|_| None));
    }
}
