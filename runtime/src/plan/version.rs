//! Which specification, which platform and which hardware config.json is written for.

use std::path::Path;

use oci_spec::runtime::{Linux, Spec};

use crate::error::{Error, Result};

/// Whether this runtime can be meant: major version 1 of the specification, whatever the minor one (config.md,
/// ociVersion).
///
/// # Errors
/// Another major version, or no version by the rules of semver.org.
pub(super) fn check(text: &str) -> Result<()> {
    let wrong = |problem: &str| Err(Error::Usage(format!("config.json: ociVersion {text:?}: {problem}")));
    let core = text.split_once(['-', '+']).map_or(text, |(core, _)| core);
    let number = |part: &&str| {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        digits && (*part == "0" || !part.starts_with('0'))
    };
    let parts: Vec<&str> = core.split('.').filter(number).collect();
    let rest = &text[core.len()..];
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b".-+".contains(&byte);
    let whole = core.split('.').count() == 3 && parts.len() == 3;
    if text.is_empty() {
        wrong("it is missing: the specification wants the version that the file is written for")
    } else if !whole || rest == "-" || rest == "+" || !rest.bytes().all(letter) {
        wrong("not a version like 1.2.0")
    } else if parts[0] != "1" {
        wrong("Pontoon knows version 1 of the specification")
    } else {
        Ok(())
    }
}

/// What is for other platforms, and so means nothing here.
pub(super) fn foreign(spec: &Spec) -> Vec<String> {
    let sections = [
        ("windows", spec.windows().is_some()),
        ("solaris", spec.solaris().is_some()),
        ("zos", spec.zos().is_some()),
    ];
    let there = sections.iter().filter(|(_, there)| *there);
    there.map(|(name, _)| format!("{name} is for another platform, and means nothing here")).collect()
}

/// Refuses `linux.intelRdt`: classes of caches and of memory bandwidth, by the filesystem resctrl.
///
/// # Errors
/// Where it is asked for.
pub(super) fn intel_rdt(linux: &Linux) -> Result<()> {
    if linux.intel_rdt().is_none() {
        return Ok(());
    }
    if Path::new("/sys/fs/resctrl/schemata").exists() {
        return Err(Error::Unsupported { field: "linux.intelRdt".to_owned() });
    }
    Err(Error::Usage(
        "config.json: linux.intelRdt: Intel RDT is not supported or not enabled here: there is no /sys/fs/resctrl"
            .into(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_major_version_is_known() {
        for good in ["1.0.0", "1.0.2-dev", "1.2.0+dev", "1.99.0", "1.0.0-rc5-dev", "1.3.0-rc.1+g1.2"] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in
            ["", "1", "1.2", "v1.2.0", "1.2.x", "2.0.0", "0.9.0", "01.2.0", "1.2.0-", "1.2.0-ä", "1..0"]
        {
            assert!(check(bad).is_err(), "{bad}");
        }
        assert!(check("2.0.0").expect_err("refused").to_string().contains("version 1"));
    }
}
