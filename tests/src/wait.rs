//! Waiting for what happens in its own time.

use std::time::{Duration, Instant};

/// How often a condition is looked at.
const PAUSE: Duration = Duration::from_millis(2);

/// `seconds`, stretched by `PONTOON_TEST_PATIENCE` where everything is slower (an emulated machine).
pub(crate) fn patience(seconds: u64) -> Duration {
    let times = std::env::var("PONTOON_TEST_PATIENCE").ok().and_then(|times| times.parse().ok());
    Duration::from_secs(seconds) * times.unwrap_or(1)
}

/// Looks at `condition` until it holds, or until the time is up: then says so with `false`.
pub(crate) fn until(limit: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + limit;
    loop {
        if condition() {
            return true;
        }
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(PAUSE);
    }
}
