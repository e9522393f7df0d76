//! A profile becomes a program, by libseccomp.

use std::io::{Read, Seek};

use libseccomp::error::SeccompError;
use libseccomp::{ScmpAction, ScmpArch, ScmpArgCompare, ScmpCompareOp, ScmpFilterContext, ScmpSyscall};
use oci_spec::runtime::LinuxSeccompOperator as Operator;

use super::newer;
use super::shorten::shorten;
use crate::error::{Doing, Error, Result};
use crate::plan::seccomp::{Action, Condition, Profile, Rule};
use crate::sys::memory;

/// From how many calls on a search tree is faster than a list. (libseccomp up to 2.5.4 makes a wrong tree of none.)
const MANY: usize = 32;

fn refused(what: &str) -> impl Fn(SeccompError) -> Error {
    move |error| Error::Usage(format!("config.json: linux.seccomp.{what}: libseccomp: {error}"))
}

/// The instructions of a profile, of eight bytes each.
///
/// # Errors
/// What libseccomp refuses: architectures it does not have, conditions it can't put into one program.
pub(super) fn compile(profile: &Profile) -> Result<Vec<u8>> {
    Ok(shorten(export(profile, &context(profile)?)?))
}

/// The profile, as libseccomp holds it.
fn context(profile: &Profile) -> Result<ScmpFilterContext> {
    let mut context =
        ScmpFilterContext::new(action(profile.default_action)).map_err(refused("defaultAction"))?;
    for (name, arch) in architectures(profile)? {
        context.add_arch(arch).map_err(refused(&format!("architectures: {name}")))?;
    }
    if profile.rules.iter().map(|rule| rule.names.len()).sum::<usize>() > MANY {
        context.set_ctl_optimize(2).map_err(refused("syscalls"))?;
    }
    for rule in profile.rules.iter().filter(|rule| rule.action != profile.default_action) {
        for name in &rule.names {
            add(&mut context, name, rule).map_err(refused(&format!("syscalls: {name}")))?;
        }
    }
    Ok(context)
}

/// What libseccomp makes of it, and what goes before.
fn export(profile: &Profile, context: &ScmpFilterContext) -> Result<Vec<u8>> {
    let mut program = newer::prologue(profile, &architectures(profile)?);
    let mut file = memory::scratch(c"pontoon-seccomp").doing(|| "compile linux.seccomp".to_owned())?;
    context.export_bpf(&file).map_err(refused("syscalls"))?;
    file.rewind()
        .and_then(|()| file.read_to_end(&mut program))
        .doing(|| "compile linux.seccomp".to_owned())?;
    Ok(program)
}

/// The profile's architectures, each with its name.
fn architectures(profile: &Profile) -> Result<Vec<(&str, ScmpArch)>> {
    let known = |name: &String| name.parse().map_err(refused(&format!("architectures: {name}")));
    profile.architectures.iter().map(|name| Ok((name.as_str(), known(name)?))).collect()
}

/// One rule for one call. As in runc, several conditions hold together; but where two are about the same
/// argument, each is a rule of its own.
fn add(context: &mut ScmpFilterContext, name: &str, rule: &Rule) -> std::result::Result<(), SeccompError> {
    let Ok(call) = ScmpSyscall::from_name(name) else { return Ok(()) };
    let (action, conditions) = (action(rule.action), &rule.conditions);
    let compare: Vec<ScmpArgCompare> = conditions.iter().map(comparison).collect();
    let twice =
        |(at, one): (usize, &Condition)| conditions[..at].iter().any(|other| other.index == one.index);
    if conditions.iter().enumerate().any(twice) {
        return compare
            .iter()
            .try_for_each(|one| context.add_rule_conditional(action, call, &[*one]).map(drop));
    }
    context.add_rule_conditional(action, call, &compare).map(drop)
}

fn action(action: Action) -> ScmpAction {
    match action {
        Action::KillThread => ScmpAction::KillThread,
        Action::KillProcess => ScmpAction::KillProcess,
        Action::Trap => ScmpAction::Trap,
        Action::Errno(number) => ScmpAction::Errno(number.into()),
        Action::Trace(number) => ScmpAction::Trace(number),
        Action::Log => ScmpAction::Log,
        Action::Allow => ScmpAction::Allow,
        Action::Notify => ScmpAction::Notify,
    }
}

fn comparison(condition: &Condition) -> ScmpArgCompare {
    let (operator, datum) = match condition.operator {
        Operator::ScmpCmpNe => (ScmpCompareOp::NotEqual, condition.value),
        Operator::ScmpCmpLt => (ScmpCompareOp::Less, condition.value),
        Operator::ScmpCmpLe => (ScmpCompareOp::LessOrEqual, condition.value),
        Operator::ScmpCmpEq => (ScmpCompareOp::Equal, condition.value),
        Operator::ScmpCmpGe => (ScmpCompareOp::GreaterEqual, condition.value),
        Operator::ScmpCmpGt => (ScmpCompareOp::Greater, condition.value),
        Operator::ScmpCmpMaskedEq => (ScmpCompareOp::MaskedEqual(condition.value), condition.value_two),
    };
    ScmpArgCompare::new(condition.index, operator, datum)
}

#[cfg(test)]
#[path = "simulate.rs"]
mod tests;
