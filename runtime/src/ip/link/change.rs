//! `link add`, `replace`, `set` and `delete`.

use std::os::fd::AsFd;

use netlink_raw::kernel::{NLM_F_CREATE, NLM_F_REPLACE};
use netlink_raw::route::{Kind, Link};
use netlink_raw::{Error as Refusal, Request};

use super::kinds;
use super::options::{self, Context, Said};
use crate::error::Error;
use crate::ip::answer::{refused, text};
use crate::ip::tuntap::change::{Asked, told};
use crate::ip::words::{REFUSED, Result, Words, failed, mistake};
use crate::network::driver;
use crate::network::socket::changing;
use crate::sys::tun::{self, Mode};

/// Makes the link that the words describe.
///
/// # Errors
/// A mistake in them; a device, a user or a namespace that is not there; the kernel's refusal.
pub fn add(words: &mut Words<'_>, context: &mut Context<'_>) -> Result<()> {
    make(words, context, Link::create)
}

/// Makes the link that the words describe. One that is there the kernel does not replace.
///
/// # Errors
/// As [`add`].
pub fn replace(words: &mut Words<'_>, context: &mut Context<'_>) -> Result<()> {
    make(words, context, |link| {
        let request = link.create()?;
        Ok(Request { flags: NLM_F_CREATE | NLM_F_REPLACE, ..request })
    })
}

fn make(
    words: &mut Words<'_>,
    context: &mut Context<'_>,
    request: fn(&Link) -> std::result::Result<Request, Refusal>,
) -> Result<()> {
    let mut said = options::read(words, context)?;
    said.to_be_made(context)?;
    let Some(kind) = said.kind else {
        return Err(failed("Not enough information: \"type\" argument is required".to_owned()));
    };
    match kind {
        "tap" => return make_tap(words, &said, Mode::Tap, context),
        "tun" => return make_tap(words, &said, Mode::Tun, context),
        _ => {}
    }
    // They are open until the kernel has answered.
    let _open = kinds::read(kind, words, true, &mut said.link, context)?;
    let request = request(&said.link);
    // One that may be there already is refused for that.
    let new = request.as_ref().is_ok_and(|request| request.flags & NLM_F_REPLACE == 0);
    send(request, said.link.kind.as_ref().filter(|_| new), context)
}

/// Changes the link, or the group of links, that the words say.
///
/// # Errors
/// As [`add`]; there is no such link.
pub fn set(words: &mut Words<'_>, context: &mut Context<'_>) -> Result<()> {
    let said = of_what_is_there(words, context)?;
    send(said.link.set(), None, context)
}

/// Deletes the link, or the group of links, that the words say.
///
/// # Errors
/// As [`set`].
pub fn delete(words: &mut Words<'_>, context: &mut Context<'_>) -> Result<()> {
    let said = of_what_is_there(words, context)?;
    let link = Link { index: said.link.index, group: said.link.group, ..Link::default() };
    send(link.delete(), None, context)
}

fn of_what_is_there<'a>(words: &mut Words<'a>, context: &mut Context<'_>) -> Result<Said<'a>> {
    let mut said = options::read(words, context)?;
    said.of_what_is_there(words, context)?;
    // Where `ip` is told of a group it reads no kind.
    if let Some(kind) = said.kind.filter(|_| said.device.is_some()) {
        said.open.extend(kinds::read(kind, words, false, &mut said.link, context)?);
    }
    Ok(said)
}

/// Sends a request; with `kind`, one to make a link of that kind.
fn send(
    request: std::result::Result<Request, Refusal>,
    kind: Option<&Kind>,
    context: &Context<'_>,
) -> Result<()> {
    let sent = request.and_then(|request| changing(context.who)?.execute(&[request]));
    sent.map_err(|error| lacking(&error, kind))
}

/// A refusal in `ip`'s words, and behind them what the kernel was built without, if that is why.
fn lacking(error: &Refusal, kind: Option<&Kind>) -> Error {
    let said = text(error);
    let missing = kind.and_then(|kind| driver::lacks(error, kind));
    match missing {
        Some(missing) => Error::Usage(format!("{said} The kernel has no {missing}.")).with_status(REFUSED),
        None => refused(error),
    }
}

/// Makes a tap or tun device: not by a message but by /dev/net/tun; what else is said of it is set before it stays.
fn make_tap(words: &mut Words<'_>, said: &Said<'_>, mode: Mode, context: &Context<'_>) -> Result<()> {
    let mut asked = Asked::of(mode);
    while words.peek().is_some() {
        if !asked.option(words, true)? {
            let word = words.value()?;
            return Err(failed(format!("{}: unknown option \"{word}\"?", mode.name())));
        }
    }
    let Some(name) = &said.link.name else {
        return Err(mistake("Not enough information: \"dev\" argument is required.".to_owned()));
    };
    if said.link.index != 0 || said.link.link.is_some() {
        let word = if said.link.index == 0 { "link" } else { "index" };
        return Err(mistake(format!("\"{word}\" can't be said of a {} device", mode.name())));
    }
    asked.name = name.to_string();
    let tap = asked.tap();
    let file = tun::make(&tap).map_err(|error| told(&error))?;
    // By its name, for in a rehearsal it has no number.
    let settings = Link { kind: None, ..said.link.clone() };
    if settings != (Link { name: Some(name.clone()), ..Link::default() }) {
        send(settings.set(), None, context)?;
    }
    tun::keep(file.as_fd(), &tap).map_err(|error| told(&error))
}
