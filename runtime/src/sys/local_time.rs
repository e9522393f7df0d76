//! The time of day here.

/// How many seconds the local time was ahead of UTC at `seconds` since 1970, by TZ and /etc/localtime; 0 where the
/// kernel's calendar does not reach.
pub fn ahead_of_utc(seconds: u64) -> i64 {
    let Ok(time) = libc::time_t::try_from(seconds) else { return 0 };
    // SAFETY: all zeros is a date; localtime_r reads `time` and writes the date, which both outlive the call. It reads
    // TZ from the environment, which this program, of one thread, never changes.
    unsafe {
        let mut date: libc::tm = std::mem::zeroed();
        if libc::localtime_r(&raw const time, &raw mut date).is_null() { 0 } else { date.tm_gmtoff }
    }
}
