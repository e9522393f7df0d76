//! Mounts as values: what is mounted where, with which attributes.

use std::path::{Component, Path, PathBuf};

use oci_spec::runtime as oci;
use serde::Serialize;

use super::Mappings;
use super::options::{self, Options};
use super::source::{self, MountSource};
use crate::abi::mount::{
    MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NOSYMFOLLOW, MOUNT_ATTR_RDONLY,
};
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

/// What a remount clears where it does not name it.
const NAMED: u64 =
    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSYMFOLLOW;

/// One mount of the container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mount {
    /// Its path inside, absolute.
    pub target: PathBuf,
    /// What is mounted.
    pub source: MountSource,
    /// Attributes of the mount.
    pub attributes: Attributes,
    /// Attributes of the mount and of those below it (`rro`, `rnosuid`…).
    pub recursive: Attributes,
    /// How it shares mounts with others: each in turn.
    pub propagation: Vec<Propagation>,
    /// Whether a tmpfs begins with what it covers.
    pub copy_up: bool,
    /// How it shows owners, where that differs from what is on the disk.
    pub idmap: Option<IdMap>,
    /// Whether the parent makes it, before there is a child: in a user namespace nobody has the right to.
    pub by_parent: bool,
}

/// How a mount shows owners (`mount_setattr(2)`, ID-mapped mounts).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdMap {
    /// On the disk (`inside`) and as shown (`outside`); `None` as the container's user namespace has it.
    pub mappings: Option<Mappings>,
    /// Whether in the mounts below it too.
    pub recursive: bool,
}

/// What `mount_setattr` is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Attributes {
    /// `MOUNT_ATTR_*` bits to set.
    pub set: u64,
    /// `MOUNT_ATTR_*` bits to clear.
    pub clear: u64,
}

impl Attributes {
    /// Whether nothing is asked for.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// How a mount shares what is mounted on it (mount_namespaces(7)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Propagation {
    /// `MS_PRIVATE`, `MS_SLAVE`, `MS_SHARED` or `MS_UNBINDABLE`.
    pub kind: u64,
    /// Whether it holds for the mounts below too (`rprivate`).
    pub recursive: bool,
}

impl Mount {
    /// The mount that an entry of config.json's `mounts` asks for. `is_directory` tells whether a path on
    /// the host is a directory, and `None` where nothing is there.
    ///
    /// # Errors
    /// A bind of something that is not there, an option nobody knows.
    pub fn from_spec(
        mount: &oci::Mount,
        bundle: &Path,
        is_directory: impl Fn(&Path) -> Option<bool>,
    ) -> Result<Self> {
        let target = Path::new("/").join(mount.destination());
        let wrong = |problem: String| Error::Usage(format!("mount {}: {problem}", target.display()));
        let mappings = Mappings::from_spec(mount.uid_mappings().as_ref(), mount.gid_mappings().as_ref())
            .map_err(wrong)?;
        let options = Options::parse(mount.options().as_deref().unwrap_or_default());
        let source = source::of(mount, &options, bundle, is_directory).map_err(wrong)?;
        let is_tmpfs = matches!(&source, MountSource::Filesystem { fstype, .. } if fstype == "tmpfs");
        if options.copy_up && !is_tmpfs {
            return Err(wrong("tmpcopyup: only a tmpfs begins with what it covers".into()));
        }
        let Options { mut attributes, recursive, propagation, copy_up, remount, .. } = options;
        if remount {
            // As mount(8): what is not named is not set, but for the times, which stay as they are.
            attributes.clear |= NAMED & !attributes.set;
        }
        let idmap = (mappings.is_some() || options.idmap.is_some())
            .then(|| IdMap { mappings, recursive: options.idmap == Some(true) });
        if idmap.is_some() && !matches!(source, MountSource::Bind { .. }) {
            return Err(wrong("only a bind can show other owners (idmap, uidMappings)".to_owned()));
        }
        let (target_, by_parent) = (target.clone(), idmap.is_some());
        let mount =
            Self { target: target_, source, attributes, recursive, propagation, copy_up, idmap, by_parent };
        match mount.misplaced() {
            Some(problem) => Err(wrong(problem.to_owned())),
            None => Ok(mount),
        }
    }

    /// Whether it gets unwritable last: what is mounted on a tmpfs or on /dev needs places to be made in there.
    pub fn is_sealed_late(&self) -> bool {
        let tmpfs = matches!(&self.source, MountSource::Filesystem { fstype, .. } if fstype == "tmpfs");
        let readonly = (self.attributes.set | self.recursive.set) & MOUNT_ATTR_RDONLY != 0;
        let remount = matches!(self.source, MountSource::Remount { .. });
        readonly && !remount && (tmpfs || self.target == Path::new("/dev"))
    }

    /// Whether it is a tmpfs that nobody gave a mode: it takes that of the directory which it covers, as in runc.
    pub fn takes_mode(&self) -> bool {
        matches!(&self.source, MountSource::Filesystem { fstype, options, .. }
            if fstype == "tmpfs" && options.iter().all(|(key, _)| key != "mode"))
    }

    /// Whether it is a new procfs that can be written.
    pub fn is_open_procfs(&self) -> bool {
        let readonly = (self.attributes.set | self.recursive.set) & MOUNT_ATTR_RDONLY != 0;
        !readonly
            && matches!(&self.source, MountSource::Filesystem { fstype, options, .. }
                if fstype == "proc" && options.is_empty())
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
            // Nothing is covered.
            MountSource::Remount { .. } => return None,
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
        let mut words: Vec<String> = options::names(self.attributes, false)
            .chain(options::names(self.recursive, true))
            .chain(self.propagation.iter().map(|one| options::propagation_name(*one)))
            .chain(self.idmap.iter().map(|idmap| if idmap.recursive { "ridmap" } else { "idmap" }.to_owned()))
            .collect();
        let mut tell = |options: &[(String, Option<String>)]| {
            words.extend(options.iter().map(|(key, value)| match value {
                Some(value) => format!("{key}={value}"),
                None => key.clone(),
            }));
        };
        let (kind, source) = match &self.source {
            MountSource::Filesystem { fstype, device, options } => {
                tell(options);
                (format!("-t {fstype} "), device.clone())
            }
            MountSource::Bind { path, recursive, .. } => {
                (if *recursive { "--rbind " } else { "--bind " }.to_owned(), path.display().to_string())
            }
            MountSource::Cgroup => ("-t cgroup2 ".to_owned(), "cgroup".to_owned()),
            MountSource::Remount { options } => {
                tell(options.as_deref().unwrap_or_default());
                (
                    if options.is_none() { "--bind -o remount " } else { "-o remount " }.to_owned(),
                    String::new(),
                )
            }
        };
        let words = if words.is_empty() { String::new() } else { format!("-o {} ", words.join(",")) };
        let source = if source.is_empty() { source } else { source + " " };
        format!("mount {kind}{words}{source}{}", self.target.display())
    }

    /// Gives a new filesystem an SELinux label, unless it has one. Those whose files the kernel's policy labels
    /// get none, as in runc.
    pub fn label(&mut self, label: &str) {
        if let MountSource::Filesystem { fstype, options, .. } = &mut self.source
            && !matches!(fstype.as_str(), "proc" | "sysfs" | "mqueue")
            && options.iter().all(|(key, _)| key != "context")
        {
            options.push(("context".to_owned(), Some(label.to_owned())));
        }
    }

    /// A file of the host's over a file of the container's.
    pub fn of_file(path: PathBuf, target: PathBuf) -> Self {
        Self {
            target,
            source: MountSource::Bind { path, directory: false, recursive: false },
            attributes: Attributes::default(),
            recursive: Attributes::default(),
            propagation: vec![Propagation { kind: libc::MS_PRIVATE, recursive: false }],
            copy_up: false,
            idmap: None,
            by_parent: false,
        }
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
    let mut options = vec!["rbind".to_owned()];
    options.extend(words.split(',').filter(|word| !word.is_empty()).map(str::to_owned));
    if options.iter().all(|word| options::propagation(word).is_none()) {
        options.push("rprivate".to_owned());
    }
    let mut mount = oci::Mount::default();
    mount.set_destination(target.into()).set_source(Some(source)).set_options(Some(options));
    mount.set_typ(Some("bind".into()));
    Ok(mount)
}
