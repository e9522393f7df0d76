//! The clocks of a time namespace (time_namespaces(7)).

use oci_spec::runtime::Linux;
use serde::Serialize;

use crate::error::{Error, Result};

/// How a clock inside differs from the host's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimeOffset {
    /// `monotonic` or `boottime`.
    pub clock: String,
    /// Seconds.
    pub seconds: i64,
    /// Nanoseconds, added to them.
    pub nanoseconds: u32,
}

impl std::fmt::Display for TimeOffset {
    /// As /proc/PID/timens_offsets takes it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.clock, self.seconds, self.nanoseconds)
    }
}

/// `linux.timeOffsets`, the same clock always first; `own` tells whether a time namespace is made.
///
/// # Errors
/// Offsets without a new time namespace, a clock that has none, a second of nanoseconds or more.
pub(super) fn offsets(linux: &Linux, own: bool) -> Result<Vec<TimeOffset>> {
    let wrong = |problem: String| Error::Usage(format!("config.json: linux.timeOffsets{problem}"));
    let Some(wanted) = linux.time_offsets().as_ref().filter(|offsets| !offsets.is_empty()) else {
        return Ok(Vec::new());
    };
    if !own {
        return Err(wrong(" without a new time namespace in linux.namespaces".to_owned()));
    }
    let mut offsets = Vec::new();
    for (clock, offset) in wanted {
        if !["boottime", "monotonic"].contains(&clock.as_str()) {
            return Err(wrong(format!(".{clock}: the clocks are boottime and monotonic")));
        }
        let nanoseconds = offset.nanosecs().unwrap_or(0);
        if nanoseconds >= 1_000_000_000 {
            return Err(wrong(format!(".{clock}: {nanoseconds} nanoseconds are a second or more")));
        }
        offsets.push(TimeOffset { clock: clock.clone(), seconds: offset.secs().unwrap_or(0), nanoseconds });
    }
    offsets.sort_by(|one, other| one.clock.cmp(&other.clock));
    Ok(offsets)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(text: &str, own: bool) -> Result<Vec<String>> {
        let linux: Linux = serde_json::from_str(&format!(r#"{{"timeOffsets": {text}}}"#)).expect("a field");
        Ok(offsets(&linux, own)?.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn offsets_are_the_kernels_lines() {
        let both = r#"{"monotonic": {"secs": -5}, "boottime": {"secs": 86400, "nanosecs": 7}}"#;
        assert_eq!(planned(both, true).expect("good"), ["boottime 86400 7", "monotonic -5 0"]);
        assert_eq!(planned("{}", false).expect("nothing asked for"), [""; 0]);
        let refused = |text, own| planned(text, own).expect_err("refused").to_string();
        assert!(refused(both, false).contains("without a new time namespace"));
        assert!(refused(r#"{"realtime": {"secs": 1}}"#, true).contains("realtime"));
        assert!(refused(r#"{"boottime": {"nanosecs": 1000000000}}"#, true).contains("a second"));
    }
}
