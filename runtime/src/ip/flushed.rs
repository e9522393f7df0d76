//! How a flush is told: in rounds, for what it is about may come while it is deleted.

use crate::ip::output::Output;

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
