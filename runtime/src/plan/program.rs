//! The program's settings: config.json's, with the flags of `run` and `exec` laid over them.

use std::path::Path;
use std::str::FromStr;

use caps::{Capability, CapsHashSet};
use oci_spec::runtime as oci;

use super::process::{Capabilities, Labels, candidates};
use super::{Process, Rlimit, User, scheduling, user};
use crate::cli::{ExecArgs, ProgramArgs, RunArgs};
use crate::error::{Doing, Error, Result};
use crate::facts::Facts;
use crate::spec;

/// config.json's `process` with the flags of `run` over it.
///
/// # Errors
/// No program, an unknown user, a working directory that is not absolute.
pub fn settings(
    arguments: &RunArgs,
    spec: &oci::Spec,
    hostname: Option<&str>,
    facts: &Facts,
) -> Result<oci::Process> {
    let missing = || Error::Usage("config.json: no process: there is no program to run".into());
    let mut process = spec.process().clone().ok_or_else(missing)?;
    lay_over(&mut process, command(arguments), &arguments.program, facts)?;
    if let Some(hostname) = hostname {
        set_default(&mut process, "HOSTNAME", hostname);
    }
    if process.args().as_ref().is_none_or(Vec::is_empty) {
        return Err(Error::Usage("config.json: process.args is empty: there is no program to run".into()));
    }
    Ok(process)
}

/// The words after the bundle; none where the argument is an id.
pub fn command(arguments: &RunArgs) -> &[String] {
    match (&arguments.rootfs, arguments.arguments.as_slice()) {
        (Some(_), all) => all,
        (None, [_, command @ ..]) => command,
        (None, []) => &[],
    }
}

/// The settings of a program that `exec --process` reads, and HOME where they leave it out.
///
/// # Errors
/// open(2)'s and read(2)'s; no JSON, no program.
pub fn read(path: &Path, facts: &Facts) -> Result<(oci::Process, Vec<String>)> {
    let text = std::fs::read(path).doing(|| format!("--process {}", path.display()))?;
    let wrong = |problem: String| Error::Config { path: path.to_owned(), problem };
    let (mut process, warnings): (oci::Process, _) =
        spec::lenient(&text, spec::mend).map_err(|error| wrong(error.to_string()))?;
    if process.args().as_ref().is_none_or(Vec::is_empty) {
        return Err(wrong("args is empty: there is no program to run".to_owned()));
    }
    set_home(&mut process, facts);
    Ok((process, warnings))
}

/// The settings of a container's program with the flags of `exec` over them.
///
/// # Errors
/// As [`settings`]; an unknown capability.
pub fn exec_settings(base: &oci::Process, arguments: &ExecArgs, facts: &Facts) -> Result<oci::Process> {
    let mut process = base.clone();
    process.set_terminal(Some(false));
    lay_over(&mut process, &arguments.arguments, &arguments.program, facts)?;
    if !arguments.additional_gids.is_empty() {
        let mut user = process.user().clone();
        let groups = user.additional_gids().iter().flatten().chain(&arguments.additional_gids);
        let groups = groups.copied().collect();
        user.set_additional_gids(Some(groups));
        process.set_user(user);
    }
    if let Some(profile) = &arguments.apparmor {
        process.set_apparmor_profile(Some(profile.clone()));
    }
    if let Some(label) = &arguments.process_label {
        process.set_selinux_label(Some(label.clone()));
    }
    if arguments.no_new_privs {
        process.set_no_new_privileges(Some(true));
    }
    grant(&mut process, &arguments.cap)?;
    Ok(process)
}

/// Capabilities more than the container's program has. None is inheritable: files would pass it on (CVE-2022-29162).
fn grant(process: &mut oci::Process, names: &[String]) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let parse = |name: &String| {
        let upper = name.to_uppercase();
        let name = upper.strip_prefix("CAP_").unwrap_or(&upper).to_owned();
        serde_json::from_value::<oci::Capability>(format!("CAP_{name}").into())
            .map_err(|_| Error::Usage(format!("--cap: CAP_{name}: unknown")))
    };
    let more: oci::Capabilities = names.iter().map(parse).collect::<Result<_>>()?;
    let mut sets = process.capabilities().clone().unwrap_or_default();
    let with = |set: &Option<oci::Capabilities>| Some(set.iter().flatten().chain(&more).copied().collect());
    let (bounding, effective, permitted) =
        (with(sets.bounding()), with(sets.effective()), with(sets.permitted()));
    sets.set_bounding(bounding).set_effective(effective).set_permitted(permitted);
    process.set_capabilities(Some(sets));
    Ok(())
}

fn lay_over(
    process: &mut oci::Process,
    command: &[String],
    flags: &ProgramArgs,
    facts: &Facts,
) -> Result<()> {
    if !command.is_empty() {
        process.set_args(Some(command.to_vec()));
    }
    if let Some(workdir) = &flags.workdir {
        if !workdir.is_absolute() {
            return Err(Error::Usage(format!("the working directory {} is not absolute", workdir.display())));
        }
        process.set_cwd(workdir.clone());
    }
    for variable in &flags.env {
        match (variable.split_once('='), facts.environment.get(variable)) {
            (Some((name, value)), _) if !name.is_empty() => set(process, name, Some(value)),
            (Some(_), _) => return Err(Error::Usage(format!("-e {variable}: a variable needs a name"))),
            (None, value) => set(process, variable, value.map(String::as_str)),
        }
    }
    // An empty one asks for nothing: a variable of a script's that is not set does not make root.
    if let Some(text) = flags.user.as_deref().filter(|text| !text.is_empty()) {
        let present = User { uid: process.user().uid(), umask: process.user().umask(), ..User::default() };
        let resolved = user::resolve(text, &facts.passwd, &facts.group, &present)?;
        let mut wanted = oci::User::default();
        wanted.set_uid(resolved.uid);
        wanted.set_gid(resolved.gid);
        wanted.set_umask(resolved.umask);
        wanted.set_additional_gids(Some(resolved.groups));
        process.set_user(wanted);
        if resolved.uid != 0 {
            surrender(process);
        }
    }
    if flags.tty {
        process.set_terminal(Some(true));
        set_default(process, "TERM", "xterm");
    }
    set_home(process, facts);
    Ok(())
}

/// HOME, unless it is set, is what the container's /etc/passwd says of the user.
fn set_home(process: &mut oci::Process, facts: &Facts) {
    let home = user::home(&facts.passwd, process.user().uid()).unwrap_or("/".to_owned());
    set_default(process, "HOME", &home);
}

/// Another user than root starts without capabilities in force, as in docker; set-user-id programs may
/// still give back what the bounding set holds.
fn surrender(process: &mut oci::Process) {
    if let Some(mut capabilities) = process.capabilities().clone() {
        let none = || Some(oci::Capabilities::new());
        capabilities.set_effective(none()).set_permitted(none()).set_ambient(none());
        process.set_capabilities(Some(capabilities));
    }
}

/// Sets or, with `None`, removes a variable.
fn set(process: &mut oci::Process, name: &str, value: Option<&str>) {
    let mut environment = process.env().clone().unwrap_or_default();
    environment.retain(|variable| variable.split_once('=').is_none_or(|(other, _)| other != name));
    environment.extend(value.map(|value| format!("{name}={value}")));
    process.set_env(Some(environment));
}

/// Sets a variable unless it is set.
fn set_default(process: &mut oci::Process, name: &str, value: &str) {
    let prefix = format!("{name}=");
    let is_set = |variables: &Vec<String>| variables.iter().any(|variable| variable.starts_with(&prefix));
    if !process.env().as_ref().is_some_and(is_set) {
        set(process, name, Some(value));
    }
}

/// The settings as the child takes them.
///
/// # Errors
/// A limit twice, an unknown capability, a working directory that is not absolute, the user or group -1: by
/// it setresuid(2) is told to change nothing, and so root would stay root.
pub fn process(settings: &oci::Process) -> Result<Process> {
    let wrong = |problem: String| Error::Usage(format!("config.json: process.{problem}"));
    let arguments = settings.args().clone().unwrap_or_default();
    let environment = settings.env().clone().unwrap_or_default();
    if !settings.cwd().is_absolute() {
        return Err(wrong(format!("cwd: {} is not absolute", settings.cwd().display())));
    }
    if arguments.iter().chain(&environment).any(|word| word.contains('\0')) {
        return Err(wrong("args and env: a zero byte ends a word".into()));
    }
    let rlimits: Vec<Rlimit> = settings.rlimits().as_deref().unwrap_or_default().iter().map(rlimit).collect();
    if let Some(twice) = rlimits.iter().enumerate().find_map(|(at, limit)| {
        rlimits[..at].iter().any(|other| other.resource == limit.resource).then_some(&limit.resource)
    }) {
        return Err(wrong(format!("rlimits: {twice} twice")));
    }
    let user = settings.user();
    if [user.uid(), user.gid()].contains(&u32::MAX) {
        return Err(Error::Usage(format!(
            "user {}:{}: {} is nobody's number",
            user.uid(),
            user.gid(),
            u32::MAX
        )));
    }
    Ok(Process {
        candidates: arguments.first().map(|program| candidates(program, &environment)).unwrap_or_default(),
        arguments,
        environment,
        cwd: settings.cwd().clone(),
        user: User {
            uid: user.uid(),
            gid: user.gid(),
            groups: user.additional_gids().clone().unwrap_or_default(),
            keeps_groups: false,
            umask: user.umask(),
        },
        capabilities: capabilities(settings.capabilities().as_ref())?,
        no_new_privileges: settings.no_new_privileges().unwrap_or(false),
        rlimits,
        oom_score_adj: settings.oom_score_adj(),
        terminal: settings.terminal().unwrap_or(false),
        filter: None,
        preserved_fds: 0,
        window: settings.console_size().map(window),
        scheduling: scheduling::of_process(settings)?,
        labels: Labels {
            apparmor: settings.apparmor_profile().clone().filter(|profile| !profile.is_empty()),
            selinux: settings.selinux_label().clone().filter(|label| !label.is_empty()),
        },
    })
}

fn window(size: oci::Box) -> (u16, u16) {
    let number = |number: u64| u16::try_from(number).unwrap_or(u16::MAX);
    (number(size.height()), number(size.width()))
}

fn rlimit(limit: &oci::PosixRlimit) -> Rlimit {
    Rlimit { resource: limit.typ().to_string(), soft: limit.soft(), hard: limit.hard() }
}

fn capabilities(wanted: Option<&oci::LinuxCapabilities>) -> Result<Capabilities> {
    let Some(wanted) = wanted else { return Ok(Capabilities::default()) };
    Ok(Capabilities {
        bounding: set_of(wanted.bounding().as_ref())?,
        effective: set_of(wanted.effective().as_ref())?,
        permitted: set_of(wanted.permitted().as_ref())?,
        inheritable: set_of(wanted.inheritable().as_ref())?,
        ambient: set_of(wanted.ambient().as_ref())?,
    })
}

fn set_of(names: Option<&oci::Capabilities>) -> Result<CapsHashSet> {
    let known = |name: &oci::Capability| {
        Capability::from_str(&format!("CAP_{name}"))
            .map_err(|_| Error::Usage(format!("config.json: process.capabilities: CAP_{name}: unknown")))
    };
    names.into_iter().flatten().map(known).collect()
}
