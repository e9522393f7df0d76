//! `pause`, `resume`, `update` and `events`, in runc's words.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

/// `update`.
#[derive(Debug, Clone, PartialEq, Default, Args)]
pub struct UpdateArgs {
    /// A file with the resources to change, as config.json's linux.resources, or - for standard input; other
    /// options are ignored then
    #[arg(short, long, value_name = "FILE")]
    pub resources: Option<PathBuf>,
    /// The weight for block devices, from 10 to 1000
    #[arg(long, value_name = "WEIGHT")]
    pub blkio_weight: Option<u16>,
    /// The period of --cpu-quota, in microseconds
    #[arg(long, value_name = "USEC")]
    pub cpu_period: Option<u64>,
    /// Processor time in each period, in microseconds
    #[arg(long, value_name = "USEC", allow_hyphen_values = true)]
    pub cpu_quota: Option<i64>,
    /// Processor time that may be saved up, in microseconds
    #[arg(long, value_name = "USEC")]
    pub cpu_burst: Option<u64>,
    /// The share of the processors, relative to others (1024)
    #[arg(long, value_name = "SHARES")]
    pub cpu_share: Option<u64>,
    /// The period of --cpu-rt-runtime, in microseconds
    #[arg(long, value_name = "USEC")]
    pub cpu_rt_period: Option<u64>,
    /// Realtime processor time in each period, in microseconds
    #[arg(long, value_name = "USEC", allow_hyphen_values = true)]
    pub cpu_rt_runtime: Option<i64>,
    /// The processors to use
    #[arg(long, value_name = "LIST")]
    pub cpuset_cpus: Option<String>,
    /// The memory nodes to use
    #[arg(long, value_name = "LIST")]
    pub cpuset_mems: Option<String>,
    /// 1 to run only when nobody else wants to
    #[arg(long, value_name = "0|1")]
    pub cpu_idle: Option<i64>,
    /// Kernel memory, obsolete
    #[arg(long, value_name = "BYTES", hide = true, value_parser = bytes, allow_hyphen_values = true)]
    pub kernel_memory: Option<i64>,
    /// Kernel memory for TCP, obsolete
    #[arg(long, value_name = "BYTES", hide = true, value_parser = bytes, allow_hyphen_values = true)]
    pub kernel_memory_tcp: Option<i64>,
    /// Memory, with k, m, g or t; -1 for no limit
    #[arg(long, value_name = "BYTES", value_parser = bytes, allow_hyphen_values = true)]
    pub memory: Option<i64>,
    /// Memory that is left to the container when it gets scarce
    #[arg(long, value_name = "BYTES", value_parser = bytes, allow_hyphen_values = true)]
    pub memory_reservation: Option<i64>,
    /// Memory and swap together; -1 for no limit
    #[arg(long, value_name = "BYTES", value_parser = bytes, allow_hyphen_values = true)]
    pub memory_swap: Option<i64>,
    /// The number of processes and threads; -1 for no limit
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub pids_limit: Option<i64>,
    /// The schema of Intel RDT/CAT for the L3 cache
    #[arg(long, value_name = "SCHEMA")]
    pub l3_cache_schema: Option<String>,
    /// The schema of Intel RDT/MBA for memory bandwidth
    #[arg(long, value_name = "SCHEMA")]
    pub mem_bw_schema: Option<String>,
    /// The container
    pub id: String,
}

/// `events`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct EventsArgs {
    /// Print what the container uses now, once
    #[arg(long)]
    pub stats: bool,
    /// The time between two lines, like 500ms, 5s or 1m30s
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration)]
    pub interval: Duration,
    /// The container
    pub id: String,
}

/// A number of bytes as docker reads it: 1024 to the k.
fn bytes(text: &str) -> Result<i64, String> {
    let wrong = || format!("{text:?} is no number of bytes, like 500000, 512k, 64M or 2GiB");
    if text == "-1" {
        return Ok(-1);
    }
    let unit = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(unit);
    let power = match unit.trim_start().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 1,
        "m" | "mb" | "mib" => 2,
        "g" | "gb" | "gib" => 3,
        "t" | "tb" | "tib" => 4,
        "p" | "pb" | "pib" => 5,
        _ => return Err(wrong()),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let factor = 1024i64.pow(power);
    let whole = whole.parse::<i64>().map_err(|_| wrong())?.checked_mul(factor).ok_or_else(wrong)?;
    if fraction.is_empty() {
        return Ok(whole);
    }
    let digits = u32::try_from(fraction.len()).ok().filter(|count| *count <= 3).ok_or_else(wrong)?;
    let part: i64 = fraction.parse().map_err(|_| wrong())?;
    let part = i128::from(part) * i128::from(factor) / 10i128.pow(digits);
    whole.checked_add(i64::try_from(part).map_err(|_| wrong())?).ok_or_else(wrong)
}

/// A length of time as Go writes it: numbers with h, m, s, ms, us or ns.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no length of time, like 500ms, 5s or 1m30s");
    let mut total = 0f64;
    let mut rest = text;
    while !rest.is_empty() {
        let number = rest.find(|it: char| !it.is_ascii_digit() && it != '.').ok_or_else(wrong)?;
        let (digits, behind) = rest.split_at(number);
        let unit = behind.find(|it: char| it.is_ascii_digit() || it == '.').unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(unit);
        let seconds = match unit {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" => 1e-6,
            "ns" => 1e-9,
            _ => return Err(wrong()),
        };
        total += digits.parse::<f64>().map_err(|_| wrong())? * seconds;
        rest = behind;
    }
    let duration = Duration::try_from_secs_f64(total).map_err(|_| wrong())?;
    if duration.is_zero() { Err("duration interval must be greater than 0".to_owned()) } else { Ok(duration) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_as_docker_writes_them() {
        for (text, expected) in [
            ("-1", -1),
            ("0", 0),
            ("4096", 4096),
            ("4k", 4096),
            ("4KiB", 4096),
            ("40M", 41_943_040),
            ("1g", 1 << 30),
            ("1.5g", 3 << 29),
            ("1b", 1),
        ] {
            assert_eq!(bytes(text), Ok(expected), "{text}");
        }
        for text in ["", "k", "-5", "4x", "4.4.4k", "99999999999999999999", "9000000p"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations_as_go_writes_them() {
        assert_eq!(duration("5s"), Ok(Duration::from_secs(5)));
        assert_eq!(duration("1m30s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        for text in ["", "0s", "5", "s", "5x", "-1s"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
