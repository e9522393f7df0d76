//! What time it is, and how it is written down.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The time since 1970.
pub fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Milliseconds since 1970.
pub fn now() -> u64 {
    u64::try_from(since_1970().as_millis()).unwrap_or(u64::MAX)
}

/// A time since 1970 as RFC 3339 has it, in UTC, to the nanosecond.
pub fn rfc3339(since: Duration) -> String {
    let seconds = since.as_secs();
    let (year, month, day) = date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let nanoseconds = since.subsec_nanos();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{nanoseconds:09}Z")
}

/// The Gregorian date, `days` after 1 January 1970. Years are counted from March, so that the day which not
/// every year has is a year's last.
fn date(days: u64) -> (u64, u64, u64) {
    const ERA: u64 = 146_097; // days of 400 years
    let days = days + 719_468; // since 1 March of the year 0
    let (era, day_of_era) = (days / ERA, days % ERA);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // The months from March have 31, 30, 31, 30, 31 days, and again: 153 days in five months.
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc3339() {
        let time = |seconds, nanoseconds| rfc3339(Duration::new(seconds, nanoseconds));
        assert_eq!(time(0, 0), "1970-01-01T00:00:00.000000000Z");
        assert_eq!(time(951_782_399, 1), "2000-02-28T23:59:59.000000001Z");
        assert_eq!(time(951_782_400, 0), "2000-02-29T00:00:00.000000000Z");
        assert_eq!(time(1_795_467_600, 123_456_789), "2026-11-23T21:00:00.123456789Z");
        assert_eq!(time(4_107_542_400, 0), "2100-03-01T00:00:00.000000000Z");
        assert_eq!(time(1_735_689_599, 0), "2024-12-31T23:59:59.000000000Z");
    }
}
