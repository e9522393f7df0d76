//! The log that `--log` asks for: what callers like containerd read when a command has failed.

use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::io::Write;

use serde_json::json;

use crate::cli::{Global, LogFormat};
use crate::clock::{rfc3339, since_1970};
use crate::error::{Doing, Result};

struct Log {
    file: File,
    format: LogFormat,
}

thread_local! {
    static LOG: RefCell<Option<Log>> = const { RefCell::new(None) };
}

/// Opens the log, if the command line asks for one. What is in it stays.
///
/// # Errors
/// open(2)'s.
pub fn open(global: &Global) -> Result<()> {
    let Some(path) = &global.log else { return Ok(()) };
    let file = OpenOptions::new().append(true).create(true).open(path);
    let file = file.doing(|| format!("--log {}", path.display()))?;
    LOG.set(Some(Log { file, format: global.log_format }));
    Ok(())
}

/// Whether there is a log.
pub fn is_open() -> bool {
    LOG.with_borrow(Option::is_some)
}

/// Closes the log.
pub fn close() {
    LOG.set(None);
}

/// Tells of a failure: on standard error behind `voice`, and in the log.
pub fn error(voice: &str, text: &str) {
    eprintln!("{voice}{text}");
    enter("error", text);
}

/// Tells of something that is wrong and stops nothing: in the log, or else on standard error, which may be the
/// program's own.
pub fn warn(text: &str) {
    if !is_open() {
        eprintln!("pontoon: warning: {text}");
    }
    enter("warning", text);
}

/// Tells of a step, in the log alone.
pub fn debug(text: &str) {
    enter("debug", text);
}

fn enter(level: &str, text: &str) {
    LOG.with_borrow(|log| {
        let Some(log) = log else { return };
        let line = line(log.format, &rfc3339(since_1970()), level, text);
        // One write, because others may write there too. A full disk is no reason to stop.
        let _ = (&log.file).write_all(line.as_bytes());
    });
}

/// As logrus writes it, which is what callers of runc read.
fn line(format: LogFormat, time: &str, level: &str, text: &str) -> String {
    match format {
        LogFormat::Json => format!("{}\n", json!({ "level": level, "msg": text, "time": time })),
        LogFormat::Text => format!("time={time:?} level={level} msg={text:?}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_logrus_writes_them() {
        let line = |format| line(format, "T", "error", "no \"such\"\nthing");
        assert_eq!(line(LogFormat::Text), "time=\"T\" level=error msg=\"no \\\"such\\\"\\nthing\"\n");
        assert_eq!(
            line(LogFormat::Json),
            "{\"level\":\"error\",\"msg\":\"no \\\"such\\\"\\nthing\",\"time\":\"T\"}\n"
        );
    }
}
