//! linux.seccomp: which system calls the program may make, as values (config-linux.md of the OCI
//! specification, section "Seccomp").

mod values;

use std::collections::BTreeMap;
use std::fmt;

use oci_spec::runtime::{LinuxSeccomp, LinuxSeccompAction, LinuxSeccompFilterFlag as Flag, LinuxSyscall};

pub use values::{Action, Condition, Filter, Listener, Moment, Profile, Rule};

use crate::error::{Error, Result};

/// The highest number that the kernel returns as an error (`MAX_ERRNO` of `<linux/err.h>`).
const MAX_ERRNO: u32 = 4095;
/// System calls have six arguments.
const ARGUMENTS: usize = 6;

fn wrong(field: &str, problem: impl fmt::Display) -> Error {
    Error::Usage(format!("config.json: linux.seccomp.{field}: {problem}"))
}

/// config.json's linux.seccomp, checked.
///
/// # Errors
/// What the specification forbids, and notifications that nobody could ever receive.
pub fn plan(wanted: &LinuxSeccomp) -> Result<(Profile, Filter)> {
    let default_action =
        action("defaultAction", "defaultErrnoRet", wanted.default_action(), wanted.default_errno_ret())?;
    let rules = wanted.syscalls().as_deref().unwrap_or_default();
    let rules: Vec<Rule> =
        rules.iter().enumerate().map(|(number, entry)| rule(number, entry)).collect::<Result<_>>()?;
    let names = |arch| serde_json::to_value(arch).ok()?.as_str().map(str::to_owned);
    let architectures = wanted.architectures().iter().flatten().filter_map(names).collect();
    let profile = Profile { default_action, architectures, rules };
    let filter = Filter {
        flags: flags(wanted, profile.notifies()),
        execveat: profile.lets_through("execveat"),
        listener: listener(wanted, &profile)?,
        summary: profile.summary(),
    };
    Ok((profile, filter))
}

fn rule(number: usize, wanted: &LinuxSyscall) -> Result<Rule> {
    let names = wanted.names();
    let field = format!("syscalls[{number}]");
    if names.is_empty() || names.iter().any(String::is_empty) {
        return Err(wrong(&field, "names: a rule names system calls"));
    }
    let condition = |argument: &oci_spec::runtime::LinuxSeccompArg| {
        let index = u32::try_from(argument.index()).ok().filter(|_| argument.index() < ARGUMENTS);
        Ok(Condition {
            index: index.ok_or_else(|| {
                wrong(&field, format!("args: index {}: a call has six arguments, 0 to 5", argument.index()))
            })?,
            operator: argument.op(),
            value: argument.value(),
            value_two: argument.value_two().unwrap_or(0),
        })
    };
    Ok(Rule {
        action: action(&format!("{field}.action"), "errnoRet", wanted.action(), wanted.errno_ret())?,
        conditions: wanted.args().iter().flatten().map(condition).collect::<Result<_>>()?,
        names: names.clone(),
    })
}

fn action(field: &str, number: &str, wanted: LinuxSeccompAction, errno: Option<u32>) -> Result<Action> {
    use LinuxSeccompAction as A;
    let most = if wanted == A::ScmpActTrace { u32::from(u16::MAX) } else { MAX_ERRNO };
    let value = errno.unwrap_or(libc::EPERM.cast_unsigned());
    let value = u16::try_from(value)
        .ok()
        .filter(|_| value <= most)
        .ok_or_else(|| wrong(field, format!("{number} {value}: {most} is the most that there can be")))?;
    let action = match wanted {
        A::ScmpActErrno => return Ok(Action::Errno(value)),
        A::ScmpActTrace => return Ok(Action::Trace(value)),
        A::ScmpActKill | A::ScmpActKillThread => Action::KillThread,
        A::ScmpActKillProcess => Action::KillProcess,
        A::ScmpActTrap => Action::Trap,
        A::ScmpActLog => Action::Log,
        A::ScmpActAllow => Action::Allow,
        A::ScmpActNotify => Action::Notify,
    };
    match errno {
        None => Ok(action),
        Some(_) => Err(wrong(field, format!("{action} takes no {number}"))),
    }
}

/// Without any, `SECCOMP_FILTER_FLAG_SPEC_ALLOW`, as runc has it. A process of one thread has none to
/// synchronise (`TSYNC`), and where nobody is notified nobody waits (`WAIT_KILLABLE_RECV`).
fn flags(wanted: &LinuxSeccomp, notifies: bool) -> Vec<Flag> {
    let mut flags = wanted.flags().clone().unwrap_or_else(|| vec![Flag::SeccompFilterFlagSpecAllow]);
    flags.retain(|flag| match flag {
        Flag::SeccompFilterFlagTsync => false,
        Flag::SeccompFilterFlagWaitKillableRecv => notifies,
        _ => true,
    });
    flags
}

/// The agent, where there is something to ask it. Without, the path and the metadata say nothing.
fn listener(wanted: &LinuxSeccomp, profile: &Profile) -> Result<Option<Listener>> {
    let path = wanted.listener_path().clone().filter(|path| !path.as_os_str().is_empty());
    let metadata = wanted.listener_metadata().clone();
    if path.is_none() && metadata.as_ref().is_some_and(|text| !text.is_empty()) {
        return Err(wrong("listenerMetadata", "there is no listenerPath to send it to"));
    }
    if profile.default_action == Action::Notify {
        return Err(wrong("defaultAction", "SCMP_ACT_NOTIFY would stop the start itself"));
    }
    if !profile.notifies() {
        return Ok(None);
    }
    // With write(2) the child says that there is something to be received.
    let stops = |rule: &&Rule| rule.action == Action::Notify && rule.names.iter().any(|name| name == "write");
    if profile.rules.iter().any(|rule| stops(&rule)) {
        return Err(wrong("syscalls", "SCMP_ACT_NOTIFY for write would stop the start itself"));
    }
    let path = path.ok_or_else(|| wrong("listenerPath", "SCMP_ACT_NOTIFY needs one"))?;
    Ok(Some(Listener { path, metadata }))
}

impl Profile {
    fn notifies(&self) -> bool {
        self.rules.iter().any(|rule| rule.action == Action::Notify)
    }

    /// Whether a call is made whatever its arguments are.
    fn lets_through(&self, name: &str) -> bool {
        let mut about =
            self.rules.iter().filter(|rule| rule.names.iter().any(|other| other == name)).peekable();
        if about.peek().is_none() {
            return self.default_action.lets_through();
        }
        about.all(|rule| rule.action.lets_through() && rule.conditions.is_empty())
    }

    fn summary(&self) -> String {
        let mut counts: BTreeMap<Action, usize> = BTreeMap::new();
        for rule in &self.rules {
            *counts.entry(rule.action).or_default() += rule.names.len();
        }
        let rules = counts.iter().map(|(action, count)| format!(", {action} for {count}"));
        format!("{} by default{}", self.default_action, rules.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use oci_spec::runtime::LinuxSeccompOperator;
    use serde_json::{Value, json};

    use super::*;

    fn planned(wanted: Value) -> Result<(Profile, Filter)> {
        plan(&serde_json::from_value(wanted).expect("the specification's types"))
    }

    fn refused(wanted: Value) -> String {
        planned(wanted).expect_err("refused").to_string()
    }

    #[test]
    fn a_profile_becomes_values() {
        let (profile, filter) = planned(json!({
            "defaultAction": "SCMP_ACT_ERRNO",
            "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X32", "SCMP_ARCH_MIPS64N32"],
            "flags": ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_TSYNC"],
            "syscalls": [
                { "names": ["read", "execveat"], "action": "SCMP_ACT_ALLOW" },
                { "names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38 },
                { "names": ["clone"], "action": "SCMP_ACT_TRACE",
                  "args": [{ "index": 5, "value": 7, "op": "SCMP_CMP_MASKED_EQ" }] },
            ]
        }))
        .expect("a profile");
        assert_eq!(profile.default_action, Action::Errno(1));
        assert_eq!(profile.architectures, ["SCMP_ARCH_X86_64", "SCMP_ARCH_X32", "SCMP_ARCH_MIPS64N32"]);
        assert_eq!(profile.rules[1].action, Action::Errno(38));
        let operator = LinuxSeccompOperator::ScmpCmpMaskedEq;
        assert_eq!(profile.rules[2].conditions, [Condition { index: 5, operator, value: 7, value_two: 0 }]);
        assert_eq!((filter.execveat, filter.flags), (true, vec![Flag::SeccompFilterFlagLog]));
        assert_eq!(
            filter.summary,
            "SCMP_ACT_ERRNO(1) by default, SCMP_ACT_ERRNO(38) for 1, SCMP_ACT_TRACE(1) for 1, \
             SCMP_ACT_ALLOW for 2"
        );
    }

    #[test]
    fn every_action_is_known() {
        for (name, action) in [
            ("KILL", Action::KillThread),
            ("KILL_THREAD", Action::KillThread),
            ("KILL_PROCESS", Action::KillProcess),
            ("TRAP", Action::Trap),
            ("ERRNO", Action::Errno(1)),
            ("TRACE", Action::Trace(1)),
            ("LOG", Action::Log),
            ("ALLOW", Action::Allow),
        ] {
            let (profile, filter) =
                planned(json!({ "defaultAction": format!("SCMP_ACT_{name}") })).expect(name);
            assert_eq!(profile.default_action, action);
            assert_eq!(filter.execveat, matches!(name, "LOG" | "ALLOW"));
            assert_eq!(filter.flags, [Flag::SeccompFilterFlagSpecAllow]);
        }
    }

    #[test]
    fn what_the_specification_forbids_is_refused() {
        let one = |rule: Value| json!({ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule] });
        let text = refused(json!({ "defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 1 }));
        assert_eq!(text, "config.json: linux.seccomp.defaultAction: SCMP_ACT_ALLOW takes no defaultErrnoRet");
        let text = refused(one(json!({ "names": ["read"], "action": "SCMP_ACT_KILL", "errnoRet": 1 })));
        assert!(text.contains("syscalls[0].action: SCMP_ACT_KILL_THREAD takes no errnoRet"), "{text}");
        let text = refused(one(json!({ "names": ["read"], "action": "SCMP_ACT_ERRNO", "errnoRet": 4096 })));
        assert!(text.contains("errnoRet 4096: 4095 is the most"), "{text}");
        assert!(
            refused(one(json!({ "names": [], "action": "SCMP_ACT_KILL" }))).contains("syscalls[0]: names")
        );
        let argument = json!([{ "index": 6, "value": 0, "op": "SCMP_CMP_EQ" }]);
        let text = refused(one(json!({ "names": ["read"], "action": "SCMP_ACT_KILL", "args": argument })));
        assert!(text.contains("index 6"), "{text}");
    }

    #[test]
    fn notifications_need_somebody_who_can_get_them() {
        let notify = |name: &str| {
            let rule = json!({ "names": [name], "action": "SCMP_ACT_NOTIFY" });
            json!({ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule] })
        };
        assert!(refused(notify("mkdir")).contains("listenerPath: SCMP_ACT_NOTIFY needs one"));
        let with = |mut wanted: Value, field: &str, value: &str| {
            wanted[field] = value.into();
            wanted
        };
        assert!(refused(with(notify("write"), "listenerPath", "/a")).contains("SCMP_ACT_NOTIFY for write"));
        let all = json!({ "defaultAction": "SCMP_ACT_NOTIFY", "listenerPath": "/a" });
        assert!(refused(all).contains("defaultAction: SCMP_ACT_NOTIFY"));
        let nothing = json!({ "defaultAction": "SCMP_ACT_ALLOW" });
        assert!(refused(with(nothing.clone(), "listenerMetadata", "x")).contains("no listenerPath"));
        let listener = |wanted| planned(wanted).expect("a profile").1.listener;
        assert_eq!(listener(with(nothing, "listenerPath", "/a")), None);
        let agent = Listener { path: "/a".into(), metadata: None };
        assert_eq!(listener(with(notify("mkdir"), "listenerPath", "/a")), Some(agent));
    }
}
