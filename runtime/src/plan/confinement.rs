//! What a program asks for and this host can't give: rights that Pontoon itself lacks, and the rules of security
//! modules that are not there.

use std::str::FromStr;

use caps::{Capability, CapsHashSet};
use oci_spec::runtime::{self as oci, LinuxCapabilities};

use crate::error::{Error, Result};
use crate::facts::Facts;

/// Takes what can't be granted out of `process`, and tells of it: nobody is refused for asking for too much
/// (config.md, process.capabilities). With `all` every capability can be granted, as in a user namespace.
///
/// # Errors
/// A label of a security module that is not there: without its rules the program would be free.
pub fn fit(process: &mut oci::Process, facts: &Facts, all: bool) -> Result<Vec<String>> {
    let asks = |field: &Option<String>| field.as_ref().is_some_and(|text| !text.is_empty());
    if asks(process.apparmor_profile()) && !facts.apparmor {
        return Err(Error::Usage(
            "config.json: process.apparmorProfile: AppArmor is not enabled on this host".into(),
        ));
    }
    if asks(process.selinux_label()) && !facts.selinux {
        return Err(Error::Usage(
            "config.json: process.selinuxLabel: SELinux is not enabled on this host".into(),
        ));
    }
    let mut warnings = Vec::new();
    if process.command_line().is_some() {
        warnings.push("process.commandLine is for Windows, and means nothing here".to_owned());
    }
    if process.user().username().is_some() {
        warnings.push("process.user.username is for Windows, and means nothing here".to_owned());
    }
    let mut lacking: Vec<String> = Vec::new();
    if let Some(mut wanted) = process.capabilities().clone().filter(|_| !all) {
        limit(&mut wanted, &facts.capabilities, &mut lacking);
        process.set_capabilities(Some(wanted));
    }
    if !lacking.is_empty() {
        warnings.push(format!("capabilities that can't be granted here: {}", lacking.join(", ")));
    }
    Ok(warnings)
}

/// Takes whatever is not `available` out of the sets.
fn limit(wanted: &mut LinuxCapabilities, available: &CapsHashSet, lacking: &mut Vec<String>) {
    let mut limited = |set: &Option<oci::Capabilities>| {
        set.as_ref().map(|set| {
            let granted = |name: &&oci::Capability| {
                let has =
                    Capability::from_str(&format!("CAP_{name}")).is_ok_and(|it| available.contains(&it));
                if !has && !lacking.contains(&format!("CAP_{name}")) {
                    lacking.push(format!("CAP_{name}"));
                }
                has
            };
            set.iter().filter(granted).copied().collect()
        })
    };
    let (bounding, effective) = (limited(wanted.bounding()), limited(wanted.effective()));
    let (permitted, inheritable) = (limited(wanted.permitted()), limited(wanted.inheritable()));
    let ambient = limited(wanted.ambient());
    wanted.set_bounding(bounding).set_effective(effective).set_permitted(permitted);
    wanted.set_inheritable(inheritable).set_ambient(ambient);
    lacking.sort();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(fields: &str) -> oci::Process {
        serde_json::from_str(&format!(r#"{{"user":{{}},"cwd":"/",{fields}}}"#)).expect("a process")
    }

    #[test]
    fn what_pontoon_lacks_is_told_and_not_asked_for() {
        let facts = Facts { capabilities: CapsHashSet::from([Capability::CAP_KILL]), ..Facts::default() };
        let both = r#""capabilities":{"bounding":["CAP_KILL","CAP_BPF"],"ambient":["CAP_BPF"]}"#;
        let mut wanted = process(both);
        assert_eq!(
            fit(&mut wanted, &facts, false).expect("no error"),
            ["capabilities that can't be granted here: CAP_BPF"]
        );
        let left = wanted.capabilities().clone().expect("sets");
        assert_eq!(left.bounding().clone().expect("a set").len(), 1);
        assert!(left.ambient().clone().expect("a set").is_empty());
        assert!(fit(&mut process(both), &facts, true).expect("no error").is_empty());
    }

    #[test]
    fn rules_of_a_module_that_is_not_there_are_refused() {
        let refused =
            |fields| fit(&mut process(fields), &Facts::default(), false).expect_err("refused").to_string();
        assert!(refused(r#""apparmorProfile":"docker-default""#).contains("AppArmor is not enabled"));
        assert!(refused(r#""selinuxLabel":"system_u:system_r:container_t:s0""#).contains("SELinux is not"));
        let none = r#""apparmorProfile":"","selinuxLabel":"""#;
        assert!(fit(&mut process(none), &Facts::default(), true).expect("nothing asked").is_empty());
    }
}
