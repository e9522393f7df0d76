//! The configuration of a container that nobody configured: what docker would give it.

/// The text is kept as a file, not as code, so that it reads as the user will read it.
const DEFAULT: &str = include_str!("default-config.json");

/// Which system calls it may make, in a file of its own, whose name stands for it in the other one.
const SECCOMP: &str = include_str!("default-seccomp.json");
const ITS_NAME: &str = r#""default-seccomp.json""#;

/// The one line of the default that a command replaces.
const DEFAULT_ARGS: &str = r#""args": ["sh"]"#;

/// The default `config.json`: runs `sh` in `rootfs` beside it, as docker would run it.
///
/// Six new namespaces, docker's fourteen capabilities and the system calls it allows with those,
/// mounts, device rules, masked and read-only paths. No limits, no host name.
///
/// It is text, so that a runtime puts it through the same reader as a file from disk.
pub fn default_config() -> String {
    DEFAULT.replacen(ITS_NAME, &SECCOMP.trim_end().replace('\n', "\n    "), 1)
}

/// The default `config.json` with another program and its arguments.
pub fn config_running(args: &[String]) -> String {
    if args.is_empty() {
        return default_config();
    }
    let args: Vec<String> =
        args.iter().map(|arg| serde_json::Value::from(arg.as_str()).to_string()).collect();
    default_config().replacen(DEFAULT_ARGS, &format!(r#""args": [{}]"#, args.join(", ")), 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use oci_spec::runtime::{LinuxNamespaceType, LinuxSeccompAction, Spec};

    #[test]
    fn the_default_is_what_the_runtime_reads() {
        let spec: Spec = serde_json::from_str(&default_config()).unwrap();
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
        assert!(linux.seccomp().is_some());
        let devices = linux.resources().as_ref().unwrap().devices().as_ref().unwrap();
        assert!(!devices[0].allow(), "everything is denied before anything is allowed");
        assert_eq!(spec.mounts().as_ref().unwrap().len(), 7);
    }

    /// As docker allows them (29.4) to a container with its fourteen capabilities.
    #[test]
    fn the_default_allows_the_system_calls_that_docker_allows() {
        let spec: Spec = serde_json::from_str(&default_config()).unwrap();
        let seccomp = spec.linux().as_ref().unwrap().seccomp().clone().unwrap();
        assert_eq!(seccomp.default_action(), LinuxSeccompAction::ScmpActErrno);
        assert_eq!(seccomp.architectures().as_ref().unwrap().len(), 3);
        let rules = seccomp.syscalls().as_ref().unwrap();
        let whole = |rule: &&oci_spec::runtime::LinuxSyscall| {
            rule.action() == LinuxSeccompAction::ScmpActAllow && rule.args().is_none()
        };
        let allowed: Vec<&str> = rules
            .iter()
            .filter(whole)
            .flat_map(oci_spec::runtime::LinuxSyscall::names)
            .map(String::as_str)
            .collect();
        assert_eq!(allowed.len(), 366);
        let missing = |name: &&&str| !allowed.contains(*name);
        let allow =
            ["execve", "execveat", "ptrace", "chroot", "socketcall", "landlock_restrict_self", "mseal"];
        assert_eq!(allow.iter().find(missing), None);
        let deny =
            ["mount", "unshare", "setns", "keyctl", "bpf", "io_uring_setup", "clone", "clone3", "socket"];
        assert_eq!(deny.iter().filter(missing).count(), deny.len());
        let mut sorted = allowed.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), allowed.len(), "each is named once");
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
