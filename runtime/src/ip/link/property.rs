//! `link property`: other names of a link.

use netlink_raw::route::Link;

use super::options::Context;
use crate::ip::answer::send;
use crate::ip::words::{OTHER_NAME, Result, Words, garbage, is_name, mistake, shortens, wrong};

/// Gives a link other names, or takes them away.
///
/// # Errors
/// A mistake in the words; the device is not there; the kernel's refusal.
pub fn property(words: &mut Words<'_>, context: &mut Context<'_>) -> Result<()> {
    let verb = words.value()?;
    let add = shortens(verb, "add");
    if !add && !shortens(verb, "del") {
        return Err(mistake("Operator required".to_owned()));
    }
    let (mut device, mut names) = (None, Vec::new());
    while words.peek().is_some() {
        if words.skip(&["altname"]) {
            let name = words.value()?;
            if !is_name(name, OTHER_NAME) {
                return Err(wrong(name, "not a valid altname"));
            }
            names.push(name.into());
            continue;
        }
        if words.peek() == Some("dev") {
            words.take();
        }
        let name = words.value()?;
        if device.is_some() {
            return Err(garbage(name));
        }
        if !is_name(name, OTHER_NAME) {
            return Err(wrong(name, "\"dev\" not a valid ifname"));
        }
        device = Some(name);
    }
    let Some(device) = device else {
        return Err(mistake("Not enough of information: \"dev\" argument is required.".to_owned()));
    };
    let index = context.links.index(device)?;
    let link = Link { index, alternative_names: names, ..Link::default() };
    send(if add { link.add_names() } else { link.delete_names() }, context.who)
}
