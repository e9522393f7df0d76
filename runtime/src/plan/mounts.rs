//! Mounts as values: what is mounted where, with which attributes.

use std::path::{Component, Path, PathBuf};

use oci_spec::runtime as oci;
use serde::Serialize;

use super::options::{self, Options};
use crate::error::{Error, Result};

/// Files in /proc that may be faked, by lxcfs for example: they tell about the machine, and nobody trusts them.
/// runc has the same list.
const FAKED: [&str; 10] = [
    "cpuinfo",
    "diskstats",
    "meminfo",
    "stat",
    "swaps",
    "uptime",
    "loadavg",
    "slabinfo",
    "sys/kernel/ns_last_pid",
    "sys/crypto/fips_enabled",
];

/// One mount of the container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mount {
    /// Its path inside, absolute.
    pub target: PathBuf,
    /// What is mounted.
    pub source: MountSource,
    /// Attributes of the mount.
    pub attributes: Attributes,
}

/// What `mount_setattr` is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Attributes {
    /// `MOUNT_ATTR_*` bits to set.
    pub set: u64,
    /// `MOUNT_ATTR_*` bits to clear.
    pub clear: u64,
    /// `MS_PRIVATE` and the like; 0 for none.
    pub propagation: u64,
    /// Whether all of it holds for the mounts below too (`rro`, `rprivate`…).
    pub recursive: bool,
}

/// What is mounted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MountSource {
    /// A new instance of a filesystem.
    Filesystem {
        /// `proc`, `tmpfs`, …
        fstype: String,
        /// What mount(8) calls the device.
        device: String,
        /// The filesystem's own options.
        options: Vec<(String, Option<String>)>,
    },
    /// A part of the host's tree.
    Bind {
        /// Its path on the host, absolute.
        path: PathBuf,
        /// Whether it is a directory.
        directory: bool,
        /// Whether mounts below it come along.
        recursive: bool,
    },
    /// The container's own view of its cgroups.
    Cgroup,
}

impl Mount {
    /// The mount that an entry of config.json's `mounts` asks for. `is_directory` tells whether a path on
    /// the host is a directory, and `None` where nothing is there.
    ///
    /// # Errors
    /// A relative destination, a bind of something that is not there, an option nobody knows.
    pub fn from_spec(
        mount: &oci::Mount,
        bundle: &Path,
        is_directory: impl Fn(&Path) -> Option<bool>,
    ) -> Result<Self> {
        let target = mount.destination().clone();
        let wrong = |problem: String| Error::Usage(format!("mount {}: {problem}", target.display()));
        if !target.is_absolute() {
            return Err(wrong("the destination is not an absolute path".into()));
        }
        if mount.uid_mappings().as_ref().is_some_and(|mappings| !mappings.is_empty()) {
            return Err(Error::Unsupported { field: format!("mounts: {}: uidMappings", target.display()) });
        }
        let words = mount.options().clone().unwrap_or_default();
        let options = Options::parse(&words).map_err(wrong)?;
        let fstype = mount.typ().clone().unwrap_or_default();
        let bind = options.bind.or((fstype == "bind").then_some(false));
        let source = mount.source().clone();
        let source = match (bind, fstype.as_str()) {
            (Some(_), _) if !options.data.is_empty() => {
                return Err(wrong(format!("{}: no option of a bind that is applied yet", options.data[0].0)));
            }
            (Some(recursive), _) => {
                let path = bundle.join(source.ok_or_else(|| wrong("a bind needs a source".into()))?);
                let directory = is_directory(&path).ok_or_else(|| {
                    wrong(format!("nothing to bind: {}: No such file or directory", path.display()))
                })?;
                MountSource::Bind { path, directory, recursive }
            }
            (None, "cgroup" | "cgroup2") => MountSource::Cgroup,
            (None, "") => return Err(wrong("neither a type nor a bind".into())),
            (None, _) => MountSource::Filesystem {
                device: source.map_or_else(|| fstype.clone(), |source| source.display().to_string()),
                fstype,
                options: options.data,
            },
        };
        let mount = Self { target: target.clone(), source, attributes: options.attributes };
        match mount.misplaced() {
            Some(problem) => Err(wrong(problem.to_owned())),
            None => Ok(mount),
        }
    }

    /// Whether it puts a file of its own over one of those few that lxcfs and the like fake in /proc.
    pub fn fakes_a_file_of_proc(&self) -> bool {
        let file = matches!(self.source, MountSource::Bind { directory: false, .. });
        file && self
            .target
            .strip_prefix("/proc")
            .is_ok_and(|name| FAKED.iter().any(|faked| name == Path::new(faked)))
    }

    /// What is wrong with the place: the root is the bundle's, and /proc the kernel's. Links of the root may lead
    /// there all the same: that is looked at when it is mounted.
    fn misplaced(&self) -> Option<&'static str> {
        let mut place = PathBuf::from("/");
        for part in self.target.components() {
            match part {
                Component::ParentDir => drop(place.pop()),
                Component::Normal(name) => place.push(name),
                _ => {}
            }
        }
        let is_procfs = match &self.source {
            MountSource::Filesystem { fstype, .. } => fstype == "proc",
            MountSource::Bind { path, .. } => path.starts_with("/proc"),
            MountSource::Cgroup => false,
        };
        if place == Path::new("/") {
            Some("the root itself is no place for a mount")
        } else if place.starts_with("/proc") && !is_procfs && !self.fakes_a_file_of_proc() {
            Some("only a procfs is mounted on /proc, and nothing below it")
        } else {
            None
        }
    }

    /// The mount(8) command that does the same, as far as one does.
    pub fn command(&self) -> String {
        let mut words = options::names(self.attributes);
        let (kind, source) = match &self.source {
            MountSource::Filesystem { fstype, device, options } => {
                words.extend(options.iter().map(|(key, value)| match value {
                    Some(value) => format!("{key}={value}"),
                    None => key.clone(),
                }));
                (format!("-t {fstype} "), device.clone())
            }
            MountSource::Bind { path, recursive, .. } => {
                (if *recursive { "--rbind " } else { "--bind " }.to_owned(), path.display().to_string())
            }
            MountSource::Cgroup => ("-t cgroup2 ".to_owned(), "cgroup".to_owned()),
        };
        let words = if words.is_empty() { String::new() } else { format!("-o {} ", words.join(",")) };
        format!("mount {kind}{words}{source} {}", self.target.display())
    }
}

impl Mount {
    /// A file of the host's over a file of the container's.
    pub fn of_file(path: PathBuf, target: PathBuf) -> Self {
        let attributes = Attributes { propagation: libc::MS_PRIVATE, ..Attributes::default() };
        Self { target, source: MountSource::Bind { path, directory: false, recursive: false }, attributes }
    }
}

/// `-v SRC:DST[:OPTIONS]` as an entry of config.json's `mounts`.
///
/// # Errors
/// A missing part, a source that is a volume's name, a destination that is not absolute.
pub fn volume(text: &str) -> Result<oci::Mount> {
    let wrong = |problem: &str| Error::Usage(format!("-v {text}: {problem}"));
    let parts: Vec<&str> = text.split(':').collect();
    let (source, target, words) = match parts.as_slice() {
        [source, target] => (*source, *target, ""),
        [source, target, words] => (*source, *target, *words),
        _ => return Err(wrong("write SRC:DST or SRC:DST:ro")),
    };
    if !source.starts_with(['/', '.']) {
        return Err(wrong("the source is no path; Pontoon keeps no named volumes"));
    }
    if !target.starts_with('/') {
        return Err(wrong("the destination is not an absolute path"));
    }
    let source = Path::new(source)
        .canonicalize()
        .map_err(|error| Error::Io { doing: format!("-v {text}: {source}"), source: error })?;
    let mut options = vec!["rbind".to_owned(), "rprivate".to_owned()];
    options.extend(words.split(',').filter(|word| !word.is_empty()).map(str::to_owned));
    let mut mount = oci::Mount::default();
    mount.set_destination(target.into()).set_source(Some(source)).set_options(Some(options));
    mount.set_typ(Some("bind".into()));
    Ok(mount)
}
