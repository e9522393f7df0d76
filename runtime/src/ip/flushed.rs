//! A flush, and how it is told: in rounds, for what it is about may come while it is deleted.

use netlink_raw::Request;

use crate::error::Result;
use crate::explain::Actor;
use crate::ip::answer::{Told, ended, refused};
use crate::ip::output::Output;
use crate::network::socket::{asking, changing};
use crate::sys::gate::rehearsing;

/// How often it is looked again.
pub const ROUNDS: u32 = 10;

/// Says that nothing was found in `round`, of which the first is 0; or else how many of what are deleted in it.
pub fn told(out: &mut Output, round: u32, found: usize, what: &str) {
    let text = match (round, found) {
        (0, 0) => "Nothing to flush.\n".to_owned(),
        (_, 0) => {
            format!("*** Flush is complete after {round} round{} ***\n", if round > 1 { "s" } else { "" })
        }
        _ => format!("\n*** Round {}, deleting {found} {what} ***\n", round + 1),
    };
    out.text(&*text);
}

/// What is deleted as it was told.
#[derive(Debug)]
pub struct Flush<'a> {
    /// The question for those that it may be about.
    pub question: &'a Request,
    /// `RTM_DEL*`.
    pub kind: u16,
    /// In words: `delete route`.
    pub operation: &'static str,
    /// How often `-s` was said: once tells how many, twice which.
    pub statistics: u8,
    /// The exit status where the question is refused.
    pub unanswered: u8,
    /// Whose namespace it is.
    pub who: Actor,
}

impl Flush<'_> {
    /// Asks once more, and deletes what `takes`. Whether that was all.
    ///
    /// # Errors
    /// The kernel's refusal; those of `show`.
    pub fn round(
        &self,
        round: u32,
        out: &mut Output,
        takes: impl Fn(&Told) -> bool,
        mut show: impl FnMut(&mut Output, &Told) -> Result<()>,
    ) -> Result<bool> {
        let mut list: Vec<Told> = asking(self.who)
            .and_then(|mut socket| socket.dump(self.question))
            .map_err(|error| ended(&error, "Flush terminated").with_status(self.unanswered))?;
        list.retain(takes);
        if self.statistics > 1 {
            list.iter().try_for_each(|told| show(out, told))?;
        }
        if self.statistics > 0 {
            told(out, round, list.len(), "entries");
        }
        if list.is_empty() {
            return Ok(true);
        }
        let requests: Vec<Request> = list.into_iter().map(|told| self.delete(told)).collect();
        let deleted = changing(self.who).and_then(|mut socket| socket.execute(&requests));
        deleted.map_err(|error| refused(&error))?;
        Ok(rehearsing())
    }

    fn delete(&self, Told(body): Told) -> Request {
        Request { kind: self.kind, flags: 0, body: body.into(), operation: self.operation.into() }
    }
}
