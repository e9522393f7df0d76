//! What of linux.seccomp there is here: for `pontoon features` and `--version`.

use libseccomp::ScmpVersion;
use oci_spec::runtime::LinuxSeccompFilterFlag as Flag;

use crate::sys::seccomp::{FLAGS, supports};

/// The actions that a profile may name.
pub const ACTIONS: [&str; 9] = [
    "SCMP_ACT_ALLOW",
    "SCMP_ACT_ERRNO",
    "SCMP_ACT_KILL",
    "SCMP_ACT_KILL_PROCESS",
    "SCMP_ACT_KILL_THREAD",
    "SCMP_ACT_LOG",
    "SCMP_ACT_NOTIFY",
    "SCMP_ACT_TRACE",
    "SCMP_ACT_TRAP",
];

/// The comparisons that a profile may name.
pub const OPERATORS: [&str; 7] = [
    "SCMP_CMP_EQ",
    "SCMP_CMP_GE",
    "SCMP_CMP_GT",
    "SCMP_CMP_LE",
    "SCMP_CMP_LT",
    "SCMP_CMP_MASKED_EQ",
    "SCMP_CMP_NE",
];

/// The architectures that programs run for on this one.
pub const ARCHITECTURES: [&str; 3] = ["SCMP_ARCH_X32", "SCMP_ARCH_X86", "SCMP_ARCH_X86_64"];

/// The flags that a profile may name.
pub const KNOWN_FLAGS: [Flag; 4] = [
    Flag::SeccompFilterFlagLog,
    Flag::SeccompFilterFlagSpecAllow,
    Flag::SeccompFilterFlagTsync,
    Flag::SeccompFilterFlagWaitKillableRecv,
];

/// What config.json calls a flag.
pub fn flag_name(flag: &Flag) -> String {
    let name = serde_json::to_value(flag).ok();
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The flags that a profile may name.
pub fn known_flags() -> Vec<String> {
    KNOWN_FLAGS.iter().map(flag_name).collect()
}

/// Those of them that this kernel has.
pub fn supported_flags() -> Vec<String> {
    let here = |name: &String| FLAGS.iter().any(|(other, bit)| other == name && supports(*bit));
    known_flags().into_iter().filter(here).collect()
}

/// libseccomp's version, `2.5.4`.
pub fn library_version() -> String {
    ScmpVersion::current().map_or_else(|_| "unknown".to_owned(), |version| version.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_have_their_names_in_config_json() {
        assert_eq!(
            known_flags(),
            [
                "SECCOMP_FILTER_FLAG_LOG",
                "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
                "SECCOMP_FILTER_FLAG_TSYNC",
                "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"
            ]
        );
        assert!(supported_flags().iter().any(|flag| flag == "SECCOMP_FILTER_FLAG_LOG"));
        assert!(library_version().starts_with("2."));
    }
}
