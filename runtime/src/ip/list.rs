//! Lists that are shown as they come.

use std::ops::ControlFlow;

use netlink_raw::wire::Message;
use netlink_raw::{Error as Refusal, Request};

use super::answer::ended;
use super::output::Output;
use crate::error::Result;
use crate::explain::Actor;
use crate::network::socket::asking;

/// How often a list is asked for again that changed while it was told.
const ATTEMPTS: u32 = 16;

/// Asks for a list, by a socket of its own, and has `show` put its entries into `out` as they come, from the messages of a
/// datagram at a time: of ten thousand none is kept. Returns what `show` has left to be shown behind them.
///
/// If the list changes meanwhile, it is asked for again, and what `out` got is taken back. Of a list so long that some of
/// it is written already nothing can be: that it may be wrong is said, as `ip` does.
///
/// # Errors
/// The kernel's refusal, and those of `show`.
pub fn list<Left: Default>(
    request: &Request,
    who: Actor,
    out: &mut Output,
    mut show: impl FnMut(&mut Output, &[Message<'_>], &mut Left) -> Result<()>,
) -> Result<Left> {
    let refused = |error: Refusal| ended(&error, "Dump terminated");
    let mut socket = asking(who).map_err(refused)?;
    let start = out.mark();
    let mut attempts = 0;
    loop {
        attempts += 1;
        let mut left = Left::default();
        let told = socket.dump_each(request, |messages| match show(out, messages, &mut left) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        });
        match told.map_err(refused)? {
            ControlFlow::Break(error) => return Err(error),
            ControlFlow::Continue(true) => return Ok(left),
            ControlFlow::Continue(false) if attempts < ATTEMPTS && out.back_to(start) => {}
            ControlFlow::Continue(false) => {
                eprintln!("Dump was interrupted and may be inconsistent.");
                return Ok(left);
            }
        }
    }
}
