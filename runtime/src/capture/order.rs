//! Packets of several sources in the order in which they passed.
//!
//! Sources are read one after another, and not to their ends where they have much: what is read later may have passed
//! before. So a packet is held until nothing can come that was before it.

use std::time::Duration;

use super::frame::Frame;

/// Packets that were read, and not written down yet.
#[derive(Debug, Default)]
pub(super) struct Held {
    frames: Vec<Frame>,
}

impl Held {
    /// Whether there are any.
    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Lets go of all.
    pub(super) fn clear(&mut self) {
        self.frames.clear();
    }

    /// Begins to read all sources, `now`.
    pub(super) fn round(&mut self, now: Duration) -> Round<'_> {
        // A clock that was set back holds nothing up.
        let before = self.frames.last().map_or(Duration::ZERO, |frame| frame.time);
        Round { held: self, horizon: now.max(before), more: false }
    }

    /// Those that passed until then, in their order.
    pub(super) fn until(&mut self, horizon: Duration) -> Vec<Frame> {
        self.frames.sort_by_key(|frame| frame.time);
        let due = self.frames.partition_point(|frame| frame.time <= horizon);
        let rest = self.frames.split_off(due);
        std::mem::replace(&mut self.frames, rest)
    }
}

/// All sources are being read.
pub(super) struct Round<'a> {
    held: &'a mut Held,
    /// Until then everything has been read.
    pub(super) horizon: Duration,
    /// Whether a source has more.
    pub(super) more: bool,
}

impl Round<'_> {
    /// Where a source puts what it has.
    pub(super) fn frames(&mut self) -> &mut Vec<Frame> {
        &mut self.held.frames
    }

    /// A source was read until then, and has more.
    pub(super) fn has_more(&mut self, read_until: Duration) {
        self.horizon = self.horizon.min(read_until);
        self.more = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::frame::Direction;

    fn frame(source: usize, second: u64) -> Frame {
        let time = Duration::from_secs(second);
        Frame { source, time, direction: Direction::In, bytes: Vec::new(), length: 0 }
    }

    /// What one round reads at `now`, each source until where it has more, and what is due then.
    fn round(held: &mut Held, now: u64, read: &[(&[u64], bool)]) -> Vec<(usize, u64)> {
        let mut round = held.round(Duration::from_secs(now));
        for (source, (seconds, more)) in read.iter().enumerate() {
            round.frames().extend(seconds.iter().map(|second| frame(source, *second)));
            if let (true, Some(last)) = (more, seconds.last()) {
                round.has_more(Duration::from_secs(*last));
            }
        }
        let horizon = round.horizon;
        held.until(horizon).iter().map(|frame| (frame.source, frame.time.as_secs())).collect()
    }

    #[test]
    fn what_one_source_has_waits_for_what_another_has_not_told_yet() {
        let mut held = Held::default();
        assert_eq!(round(&mut held, 10, &[(&[1, 3], true), (&[2, 4, 9], false)]), [(0, 1), (1, 2), (0, 3)]);
        assert_eq!(round(&mut held, 11, &[(&[5], false), (&[], false)]), [(1, 4), (0, 5), (1, 9)]);
        assert!(held.is_empty());
    }

    #[test]
    fn what_passed_while_others_were_read_waits_for_the_next_round() {
        let mut held = Held::default();
        assert_eq!(round(&mut held, 10, &[(&[9], false), (&[12], false)]), [(0, 9)]);
        assert_eq!(round(&mut held, 13, &[(&[11], false), (&[], false)]), [(0, 11), (1, 12)]);
        // Also where the clock was set back.
        assert_eq!(round(&mut held, 5, &[(&[20], false)]), []);
        assert_eq!(round(&mut held, 6, &[(&[], false)]), [(0, 20)]);
    }
}
