//! config.json: read, checked for what the types can't say, with docker-style flags laid over it.

use std::fs;
use std::path::{Path, PathBuf};

use oci_spec::runtime::{Capability, Spec};
use serde::Deserialize;
use serde_json::Value;

use crate::error::{Doing, Error, Result};

/// The oldest version of the runtime specification that is understood.
pub const OLDEST_VERSION: &str = "1.0.0";
/// The newest whose every field is.
pub const NEWEST_VERSION: &str = "1.3.0";

/// A bundle: config.json and the directory that its relative paths start from.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// The bundle's directory, absolute.
    pub directory: PathBuf,
    /// What config.json says.
    pub spec: Spec,
    /// What of it was dropped, in words.
    pub warnings: Vec<String>,
    /// The root directory, absolute and without symbolic links.
    pub rootfs: PathBuf,
}

impl Bundle {
    /// Reads the bundle at `directory`.
    ///
    /// # Errors
    /// No config.json, no JSON (with line and column), a field of the wrong type, no rootfs.
    pub fn read(directory: &Path) -> Result<Self> {
        let directory = absolute(directory)?;
        if !directory.is_dir() {
            return Err(Error::Usage(format!("bundle {}: Not a directory", directory.display())));
        }
        let path = directory.join("config.json");
        let text = fs::read(&path).doing(|| format!("bundle: read {}", path.display()))?;
        let (spec, warnings) = lenient(&text)
            .map_err(|error| Error::Config { path: path.clone(), problem: error.to_string() })?;
        let root = spec.root().as_ref().ok_or_else(|| Error::Config { path, problem: "no root".into() })?;
        let rootfs = rootfs(&directory.join(root.path()))?;
        Ok(Self { directory, spec, warnings, rootfs })
    }

    /// A bundle around a bare root directory, with the settings of a fresh busybox bundle.
    ///
    /// # Errors
    /// No such directory.
    pub fn around(root: &Path) -> Result<Self> {
        let rootfs = rootfs(&absolute(root)?)?;
        let spec =
            parse(rootfs_tools::default_config().as_bytes()).expect("the default configuration is one");
        Ok(Self { directory: rootfs.clone(), spec, warnings: Vec::new(), rootfs })
    }
}

/// One reader for all: each kind of source would add its own copy of all of this to the program.
fn parse(text: &[u8]) -> serde_json::Result<Spec> {
    serde_json::from_slice(text)
}

fn absolute(path: &Path) -> Result<PathBuf> {
    path.canonicalize().doing(|| format!("bundle {}", path.display()))
}

fn rootfs(path: &Path) -> Result<PathBuf> {
    let root = path.canonicalize().doing(|| format!("rootfs {}", path.display()))?;
    if root.is_dir() {
        Ok(root)
    } else {
        Err(Error::Usage(format!("rootfs {}: Not a directory", root.display())))
    }
}

/// Reads config.json as the specification is written, where the types of `oci-spec` know less: a capability that
/// nobody knows is told of and dropped (config.md, process.capabilities), and the scheduler's flags have the
/// specification's names.
fn lenient(text: &[u8]) -> serde_json::Result<(Spec, Vec<String>)> {
    let strict = match parse(text) {
        Ok(spec) => return Ok((spec, Vec::new())),
        Err(error) => error,
    };
    let Ok(mut config) = serde_json::from_slice::<Value>(text) else { return Err(strict) };
    let mut warnings = Vec::new();
    if let Some(process) = config.get_mut("process") {
        mend(process, &mut warnings);
    }
    // The first reading names line and column.
    serde_json::from_value(config).map(|spec| (spec, warnings)).map_err(|_| strict)
}

/// Mends a `process` for the types of `oci-spec`, and tells in `warnings` what of it was dropped.
pub fn mend(process: &mut Value, warnings: &mut Vec<String>) {
    let sets = process.get_mut("capabilities").and_then(Value::as_object_mut);
    for set in sets.into_iter().flat_map(|sets| sets.values_mut()).filter_map(Value::as_array_mut) {
        set.retain(|name| {
            let known = name.as_str().is_none_or(|_| Capability::deserialize(name).is_ok());
            let warning = || format!("capability {name}: unknown, and so not granted");
            if !known && !warnings.contains(&warning()) {
                warnings.push(warning());
            }
            known
        });
    }
    let flags = process.get_mut("scheduler").and_then(|scheduler| scheduler.get_mut("flags"));
    for flag in flags.and_then(Value::as_array_mut).into_iter().flatten() {
        let name = match flag.as_str() {
            Some("SCHED_FLAG_RESET_ON_FORK") => "SCHED_RESET_ON_FORK",
            Some("SCHED_FLAG_DL_OVERRUN") => "SCHED_FLAG_D_L_OVERRUN",
            _ => continue,
        };
        *flag = name.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(process: &str) -> serde_json::Result<(Spec, Vec<String>)> {
        let text = format!(r#"{{"ociVersion":"1.2.0","process":{{"user":{{}},"cwd":"/",{process}}}}}"#);
        lenient(text.as_bytes())
    }

    #[test]
    fn unknown_capabilities_are_told_of() {
        let sets = r#""capabilities":{"bounding":["CAP_KILL","CAP_FLY"],"effective":["CAP_FLY"]}"#;
        let (spec, warnings) = read(sets).expect("a configuration");
        assert_eq!(warnings, [r#"capability "CAP_FLY": unknown, and so not granted"#]);
        let sets = spec.process().as_ref().and_then(|process| process.capabilities().clone()).expect("sets");
        assert_eq!(sets.bounding().as_ref().map(std::collections::HashSet::len), Some(1));
    }

    #[test]
    fn the_flags_of_a_scheduler_are_the_specifications() {
        for flag in ["RESET_ON_FORK", "RECLAIM", "DL_OVERRUN", "KEEP_POLICY", "KEEP_PARAMS", "UTIL_CLAMP_MIN"]
        {
            let wanted = format!(r#""scheduler":{{"policy":"SCHED_OTHER","flags":["SCHED_FLAG_{flag}"]}}"#);
            let (spec, warnings) = read(&wanted).expect(flag);
            assert!(warnings.is_empty() && spec.process().is_some());
        }
        let error =
            read(r#""scheduler":{"policy":"SCHED_OTHER","flags":["SCHED_FLAG_X"]}"#).expect_err("none");
        assert!(error.to_string().contains("line 1"), "{error}");
    }
}
