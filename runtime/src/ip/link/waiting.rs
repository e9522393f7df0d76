//! Links that wait to be shown: the name of a link may stand in the line of another that the kernel tells before it.

use std::collections::VecDeque;

use netlink_raw::kernel::{IFLA_LINK, IFLA_MASTER, IFLA_TXQLEN};
use netlink_raw::wire::Message;

use super::entry::Entry;
use super::print::namespace;
use super::show::Shown;
use crate::error::Result;
use crate::ip::links::Links;
use crate::ip::output::Output;

/// Links that came, up to the first whose line names one that did not.
#[derive(Debug, Default)]
pub(super) struct Waiting(VecDeque<Link>);

/// One that waits.
#[derive(Debug)]
struct Link {
    /// The links that its line names.
    names: [Option<u32>; 2],
    /// The payload of its message.
    payload: Box<[u8]>,
}

impl Link {
    fn show(&self, shown: &mut Shown<'_>, out: &mut Output) -> Result<()> {
        Entry::new(&self.payload).map_or(Ok(()), |link| shown.link(out, &link))
    }
}

impl Waiting {
    /// Takes the links in `messages`, and shows what can be shown now: most often all, as the kernel tells of both ends of
    /// a pair together.
    ///
    /// # Errors
    /// Those of showing.
    pub(super) fn came(
        &mut self,
        messages: &[Message<'_>],
        shown: &mut Shown<'_>,
        out: &mut Output,
    ) -> Result<()> {
        let mut links = Vec::with_capacity(messages.len());
        for message in messages {
            if let Some(link) = Entry::new(message.payload) {
                remember(&link, &mut shown.printer.links);
                links.push((link, message.payload));
            }
        }
        while let Some(first) = self.0.pop_front_if(|first| known(first.names, &shown.printer.links)) {
            first.show(shown, out)?;
        }
        for (link, payload) in &links {
            let names = names(link);
            if self.0.is_empty() && known(names, &shown.printer.links) {
                shown.link(out, link)?;
            } else {
                self.0.push_back(Link { names, payload: Box::from(*payload) });
            }
        }
        Ok(())
    }

    /// Shows those that are left: the links that they name are in no list, and are asked for.
    ///
    /// # Errors
    /// Those of showing.
    pub(super) fn all(self, shown: &mut Shown<'_>, out: &mut Output) -> Result<()> {
        self.0.iter().try_for_each(|link| link.show(shown, out))
    }
}

/// The links of this namespace that the line of `link` names.
fn names(link: &Entry<'_>) -> [Option<u32>; 2] {
    let tied = link.table.u32(IFLA_LINK).filter(|index| *index != 0 && namespace(link).is_none());
    [tied, link.table.u32(IFLA_MASTER)]
}

fn known(names: [Option<u32>; 2], links: &Links) -> bool {
    names.into_iter().flatten().all(|index| links.knows(index))
}

/// Keeps the name of `link`. What a protocol alone tells of it is not all that is asked for later.
fn remember(link: &Entry<'_>, links: &mut Links) {
    if let Some(waiting) = link.table.u32(IFLA_TXQLEN) {
        links.remember(link.index(), link.name(), link.flags(), waiting);
    }
}
