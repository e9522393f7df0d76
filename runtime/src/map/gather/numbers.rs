//! Which namespaces the numbers are that another one has for them.

use std::collections::BTreeMap;
use std::os::fd::AsRawFd;

use netlink_raw::route::{Link, Netns, Nsid};
use netlink_raw::wire::Message;
use netlink_raw::{Decode, Socket};

use super::find::{Candidate, Candidates, strangers};
use crate::error::{Error, Result};
use crate::map::model::Id;

/// So many namespaces are asked for first: nearly all numbers are those of the host.
const FIRST: usize = 2;

/// What is known of a namespace's numbers.
#[derive(Debug, Default)]
pub(super) struct Numbers(BTreeMap<i32, Option<Id>>);

impl Numbers {
    /// The namespace with this number, if it was found.
    pub(super) fn id(&self, number: i32) -> Option<Id> {
        self.0.get(&number).copied().flatten()
    }

    /// Finds those that `links` lead to, of which `socket` tells; one of the `others` becomes a candidate then.
    ///
    /// # Errors
    /// /proc can't be read; the kernel's.
    pub(super) fn find(
        &mut self,
        socket: &mut Socket,
        links: &[Link],
        candidates: &mut Candidates,
        others: &mut Option<Candidates>,
    ) -> Result<()> {
        self.0 = links
            .iter()
            .filter_map(|link| link.link_netnsid)
            .filter(|id| *id >= 0)
            .map(|id| (id, None))
            .collect();
        let (first, rest) = candidates.list.split_at(candidates.list.len().min(FIRST));
        for some in [first, rest] {
            self.ask(socket, some)?;
        }
        if self.complete() {
            return Ok(());
        }
        let others = match others {
            Some(others) => others,
            None => others.insert(strangers(candidates)?),
        };
        self.ask(socket, &others.list)?;
        let met: Vec<Id> = self.0.values().copied().flatten().collect();
        candidates.take(others, &met);
        Ok(())
    }

    fn complete(&self) -> bool {
        self.0.values().all(Option::is_some)
    }

    fn ask(&mut self, socket: &mut Socket, candidates: &[Candidate]) -> Result<()> {
        if self.complete() {
            return Ok(());
        }
        let failed = |error: netlink_raw::Error| Error::Usage(format!("map: {error}"));
        let open = candidates.iter().filter_map(|it| Some((it.id, it.file.as_ref()?.as_raw_fd())));
        let (ids, files): (Vec<Id>, Vec<i32>) = open.unzip();
        let question = |file: &i32| Nsid { netns: Some(Netns::Fd(*file)), ..Nsid::default() }.get();
        let questions: std::result::Result<Vec<_>, _> = files.iter().map(question).collect();
        let answers = socket.get_each(&questions.map_err(failed)?).map_err(failed)?;
        for (id, answer) in ids.into_iter().zip(answers) {
            // A refused question is about a namespace that is gone.
            let Ok(answer) = answer else { continue };
            let told = Message::parse(&answer).and_then(|message| Nsid::decode(&message)).map_err(failed)?;
            if let Some(found) = told.id.and_then(|number| self.0.get_mut(&number)) {
                *found = Some(id);
            }
        }
        Ok(())
    }
}
