//! `map`: a picture of what is connected to what.
//!
//! [`gather`] asks the kernel and makes a [`model::Map`] of plain values; [`select`] takes the part that was asked for; what
//! draws it (text, SVG, Graphviz, JSON) asks nothing, and decides nothing but how it looks.

#[cfg(test)]
mod example;
mod gather;
pub mod label;
pub mod layout;
pub mod model;
pub mod outline;
pub mod select;
pub mod text;

use std::io::Write;

use crate::cli::{MapArgs, MapFormat};
use crate::error::{Doing, Result};
use crate::state::State;
use gather::{Asked, gather};

/// Draws what is asked for. Returns the exit status.
///
/// # Errors
/// No such container or namespace; a state file that can't be read; the kernel's refusal.
pub fn run(state: &State, arguments: &MapArgs) -> Result<u8> {
    let asked =
        Asked { around: arguments.inside.place.as_deref(), about: &arguments.about, all: arguments.all };
    let found = gather(state, asked, &mut |_| Ok(()))?;
    let map = select::about(found.map, &found.about);
    let text = match arguments.format {
        _ => text::draw(&map, text::Style { ascii: arguments.ascii, details: arguments.details }),
    };
    std::io::stdout().write_all(text.as_bytes()).doing(|| "write".to_owned())?;
    Ok(0)
}
