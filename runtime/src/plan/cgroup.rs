//! Where the container's cgroups are, and what is set there.

use std::path::{Component, Path, PathBuf};

use oci_spec::runtime::Linux;
use serde::{Deserialize, Serialize};

use super::resources::{self, Present, Setting};
use super::{DeviceRule, devices};
use crate::error::{Error, Result};
use crate::facts::{Facts, Hierarchy};

/// The container's own cgroup.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Cgroup {
    /// The directory of the container in every hierarchy, absolute; parents first made where missing.
    pub directories: Vec<CgroupDirectory>,
    /// Whether config.json chose the place, so that it may be somebody else's.
    pub chosen: bool,
    /// What it may do with device nodes.
    pub device_rules: Vec<DeviceRule>,
    /// Its limits, in the order in which they are written.
    pub settings: Vec<Setting>,
}

/// The container's directory in one hierarchy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CgroupDirectory {
    /// Where the hierarchy is mounted.
    pub mount: PathBuf,
    /// The directory below it.
    pub path: PathBuf,
    /// The version of the hierarchy.
    pub version: CgroupVersion,
    /// The controllers of the hierarchy, as its `/proc/self/cgroup` line or its mount names them.
    pub controllers: Vec<String>,
    /// Whether nothing is set there yet, so that it is not made (`ONLY_SETTINGS`).
    #[serde(default)]
    pub spare: bool,
}

impl CgroupDirectory {
    /// Whether its hierarchy, of v1, has a controller.
    pub fn has(&self, controller: &str) -> bool {
        self.controllers.iter().any(|other| other == controller)
    }
}

/// A version of the cgroup interface (cgroups(7)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CgroupVersion {
    /// One hierarchy for each controller.
    V1,
    /// The unified hierarchy.
    #[default]
    V2,
}

/// Controllers of v1 that neither count nor limit anything by themselves. Without a setting of its own, a
/// container's cgroup there would be what the one above is, and each costs every start a tenth of a millisecond.
const ONLY_SETTINGS: [&str; 3] = ["cpuset", "net_cls", "net_prio"];

/// The container's directory in every hierarchy, and `linux.resources`.
///
/// `linux.cgroupsPath` is taken as runc's cgroupfs driver takes it: an absolute path begins at the hierarchy's
/// mount point; a relative one below the cgroup of this very process on v1, and beside it on v2, where a cgroup
/// that holds processes has no room for others. Without one it is `PARENT/ID` below the mount point.
///
/// # Errors
/// A path that is none, or systemd's; a resource that can't be limited here.
pub(super) fn plan(linux: &Linux, parent: &str, id: &str, facts: &Facts) -> Result<Cgroup> {
    let usual = Path::new("/").join(parent).join(id);
    let wanted = linux.cgroups_path().as_deref().filter(|path| !path.as_os_str().is_empty());
    let path = wanted.unwrap_or(&usual);
    check_path(path)?;
    let mut directories: Vec<CgroupDirectory> =
        facts.hierarchies.iter().map(|hierarchy| directory(hierarchy, path)).collect();
    let resources = linux.resources().clone().unwrap_or_default();
    let settings = resources::settings(&resources, &directories, &Present::default())?;
    for directory in &mut directories {
        directory.spare &= !settings.iter().any(|setting| setting.directory == directory.path);
    }
    let device_rules = devices::rules(resources.devices().as_deref().unwrap_or_default())?;
    Ok(Cgroup { directories, chosen: wanted.is_some(), device_rules, settings })
}

fn directory(hierarchy: &Hierarchy, path: &Path) -> CgroupDirectory {
    let Hierarchy { mount, version, controllers, own } = hierarchy;
    let path = match (path.strip_prefix("/"), version) {
        (Ok(below), _) => mount.join(below),
        (Err(_), CgroupVersion::V1) => mount.join(own).join(path),
        (Err(_), CgroupVersion::V2) => mount.join(own.parent().unwrap_or(own)).join(path),
    };
    let settings_only = |name: &String| ONLY_SETTINGS.contains(&name.as_str());
    CgroupDirectory {
        mount: mount.clone(),
        path,
        version: *version,
        controllers: controllers.clone(),
        spare: !controllers.is_empty() && controllers.iter().all(settings_only),
    }
}

fn check_path(path: &Path) -> Result<()> {
    let wrong =
        |problem: &str| Err(Error::Usage(format!("linux.cgroupsPath: {}: {problem}", path.display())));
    let below = path.strip_prefix("/").unwrap_or(path);
    if path.is_relative() && path.to_string_lossy().matches(':').count() == 2 {
        return wrong("that is a unit of systemd's (slice:prefix:name), whose driver is not supported");
    }
    if below.as_os_str().is_empty() || !below.components().all(|part| matches!(part, Component::Normal(_))) {
        return wrong("not a path of names");
    }
    Ok(())
}

/// The directories that a process joins which `exec --cgroup` puts below the container's own cgroup. Each
/// argument is `PATH`, for every controller, or `CONTROLLER[,CONTROLLER...]:PATH`; without arguments they are the
/// container's own.
///
/// # Errors
/// What runc refuses: a path that leads out, a controller that is not there or is named twice.
pub fn below(arguments: &[String], directories: &[CgroupDirectory]) -> Result<Vec<CgroupDirectory>> {
    let mut joined = directories.to_vec();
    let mut named: Vec<&str> = Vec::new();
    for argument in arguments {
        let wrong = |problem: &str| Error::Usage(format!("invalid --cgroup argument: {argument}{problem}"));
        let (controllers, path) = match argument.split_once(':') {
            None if arguments.len() > 1 => return Err(wrong(" (missing <controller>: prefix)")),
            Some((_, path)) if path.contains(':') => return Err(wrong("")),
            None => (None, argument.as_str()),
            Some((controllers, path)) => (Some(controllers), path),
        };
        let path = Path::new(path.trim_matches('/'));
        if path.components().any(|part| part == Component::ParentDir) {
            return Err(Error::Usage(format!("{} is not a sub cgroup path", path.display())));
        }
        let Some(controllers) = controllers else {
            for directory in &mut joined {
                directory.path.push(path);
            }
            continue;
        };
        for controller in controllers.split(',') {
            if named.contains(&controller) {
                return Err(wrong(&format!(": duplicate controller: {controller}")));
            }
            named.push(controller);
            // Controllers that share a hierarchy share the path.
            let wanted = joined.iter_mut().zip(directories).find(|(_, own)| own.has(controller));
            let Some((directory, own)) = wanted else {
                return Err(wrong(&format!(": unknown controller {controller}")));
            };
            directory.path = own.path.join(path);
        }
    }
    Ok(joined)
}

#[cfg(test)]
mod tests {
    use super::*;
    use oci_spec::runtime::LinuxBuilder;

    fn hierarchy(mount: &str, controllers: &[&str], own: &str) -> Hierarchy {
        let version = if controllers.is_empty() { CgroupVersion::V2 } else { CgroupVersion::V1 };
        let controllers = controllers.iter().map(|&name| name.to_owned()).collect();
        Hierarchy { mount: mount.into(), version, controllers, own: own.into() }
    }

    fn planned(path: Option<&str>) -> Result<Cgroup> {
        let plain = LinuxBuilder::default();
        let linux = match path {
            Some(path) => plain.cgroups_path(path),
            None => plain,
        };
        let linux = linux.build().expect("linux");
        let hierarchies = vec![
            hierarchy("/cg/memory", &["memory"], "me"),
            hierarchy("/cg/cpuset", &["cpuset"], ""),
            hierarchy("/cg/unified", &[], "user/me"),
        ];
        plan(&linux, "pontoon", "c1", &Facts { hierarchies, ..Facts::default() })
    }

    fn paths(cgroup: &Cgroup) -> Vec<&str> {
        cgroup.directories.iter().filter_map(|directory| directory.path.to_str()).collect()
    }

    #[test]
    fn paths_are_taken_as_runc_takes_them() {
        let cases = [
            (None, ["/cg/memory/pontoon/c1", "/cg/cpuset/pontoon/c1", "/cg/unified/pontoon/c1"]),
            (Some("/docker/c1"), ["/cg/memory/docker/c1", "/cg/cpuset/docker/c1", "/cg/unified/docker/c1"]),
            (Some("a/b"), ["/cg/memory/me/a/b", "/cg/cpuset/a/b", "/cg/unified/user/a/b"]),
        ];
        for (path, expected) in cases {
            assert_eq!(paths(&planned(path).expect("a plan")), expected, "{path:?}");
        }
        let cgroup = planned(None).expect("a plan");
        assert_eq!(cgroup.directories.iter().map(|it| it.spare).collect::<Vec<_>>(), [false, true, false]);
    }

    #[test]
    fn bad_paths_are_refused() {
        for path in ["/", "/a/../../b", "..", "../a"] {
            let refused = planned(Some(path)).expect_err(path).to_string();
            assert!(refused.contains("not a path of names"), "{refused}");
        }
        let refused = planned(Some("system.slice:runc:c1")).expect_err("systemd").to_string();
        assert!(refused.contains("systemd"), "{refused}");
    }

    #[test]
    fn sub_cgroups_stay_below_the_containers() {
        let own = planned(None).expect("a plan").directories;
        let joined = |arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(|&word| word.to_owned()).collect();
            let paths = |found: Vec<CgroupDirectory>| found.into_iter().map(|it| it.path).collect::<Vec<_>>();
            below(&arguments, &own).map(paths).map_err(|error| error.to_string())
        };
        let owned = |paths: [&str; 3]| Ok(paths.map(PathBuf::from).to_vec());
        let all = ["/cg/memory/pontoon/c1/sub", "/cg/cpuset/pontoon/c1/sub", "/cg/unified/pontoon/c1/sub"];
        assert_eq!(joined(&["sub"]), owned(all));
        assert_eq!(joined(&["/sub"]), owned(all));
        let one = ["/cg/memory/pontoon/c1/a/b", "/cg/cpuset/pontoon/c1", "/cg/unified/pontoon/c1"];
        assert_eq!(joined(&["memory:a/b"]), owned(one));
        for (arguments, problem) in [
            (&["../x"][..], "is not a sub cgroup path"),
            (&["a", "b"], "missing <controller>: prefix"),
            (&["a:b:c"], "invalid --cgroup argument: a:b:c"),
            (&["memory:a", "memory:b"], "duplicate controller: memory"),
            (&["nothing:a"], "unknown controller nothing"),
        ] {
            let refused = joined(arguments).expect_err(problem);
            assert!(refused.contains(problem), "{refused}");
        }
    }
}
