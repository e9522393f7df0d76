//! The configuration of a container that nobody configured: what docker would give it.

/// The text is kept as a file, not as code, so that it reads as the user will read it.
const DEFAULT: &str = include_str!("default-config.json");

/// The one line of the default that a command replaces.
const DEFAULT_ARGS: &str = r#""args": ["sh"]"#;

/// The default `config.json`: runs `sh` in `rootfs` beside it, as docker would run it.
///
/// Six new namespaces, docker's fourteen capabilities, mounts, device rules, masked and read-only
/// paths. No seccomp filter, no limits, no host name.
///
/// It is text, so that a runtime puts it through the same reader as a file from disk.
pub fn default_config() -> &'static str {
    DEFAULT
}

/// The default `config.json` with another program and its arguments.
pub fn config_running(args: &[String]) -> String {
    if args.is_empty() {
        return DEFAULT.to_owned();
    }
    let args: Vec<String> =
        args.iter().map(|arg| serde_json::Value::from(arg.as_str()).to_string()).collect();
    DEFAULT.replacen(DEFAULT_ARGS, &format!(r#""args": [{}]"#, args.join(", ")), 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use oci_spec::runtime::{LinuxNamespaceType, Spec};

    #[test]
    fn the_default_is_what_the_runtime_reads() {
        let spec: Spec = serde_json::from_str(default_config()).unwrap();
        let process = spec.process().as_ref().unwrap();
        assert_eq!(process.args().as_deref(), Some(&["sh".to_owned()][..]));
        let caps = process.capabilities().as_ref().unwrap();
        for set in [caps.bounding(), caps.effective(), caps.permitted()] {
            assert_eq!(set.as_ref().unwrap().len(), 14);
        }
        for set in [caps.inheritable(), caps.ambient()] {
            assert!(set.as_ref().unwrap().is_empty());
        }
        let linux = spec.linux().as_ref().unwrap();
        let kinds: Vec<_> =
            linux.namespaces().as_ref().unwrap().iter().map(oci_spec::runtime::LinuxNamespace::typ).collect();
        assert_eq!(kinds.len(), 6);
        assert!(!kinds.contains(&LinuxNamespaceType::User));
        assert!(linux.seccomp().is_none());
        let devices = linux.resources().as_ref().unwrap().devices().as_ref().unwrap();
        assert!(!devices[0].allow(), "everything is denied before anything is allowed");
        assert_eq!(spec.mounts().as_ref().unwrap().len(), 7);
    }

    #[test]
    fn a_command_replaces_the_shell() {
        assert_eq!(DEFAULT.matches(DEFAULT_ARGS).count(), 1);
        let args: Vec<String> = ["echo", "a \"b\"\n", "$1", r#""args": ["sh"]"#].map(String::from).into();
        let spec: Spec = serde_json::from_str(&config_running(&args)).unwrap();
        assert_eq!(spec.process().as_ref().unwrap().args().as_ref(), Some(&args));
        assert_eq!(config_running(&[]), default_config());
    }
}
