//! What is mounted, as a value.

use std::path::{Path, PathBuf};

use oci_spec::runtime as oci;
use serde::Serialize;

use super::options::Options;
use crate::abi::mount::MOUNT_ATTR_RDONLY;

/// Options that a filesystem takes.
type FilesystemOptions = Vec<(String, Option<String>)>;

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
    /// What is mounted there already: it gets other options.
    Remount {
        /// The filesystem's own; `None` where the mount alone is meant (`bind`).
        options: Option<Vec<(String, Option<String>)>>,
    },
}

/// What an entry of `mounts` mounts.
pub(super) fn of(
    mount: &oci::Mount,
    options: &Options,
    bundle: &Path,
    is_directory: impl Fn(&Path) -> Option<bool>,
) -> Result<MountSource, String> {
    let fstype = mount.typ().clone().unwrap_or_default();
    let source = mount.source().clone();
    // Whatever its type says, a bind is one (config.md, mounts).
    let bind = options.bind.or((fstype == "bind").then_some(false));
    if let (Some(_), Some((word, _))) = (bind, options.data.first()) {
        return Err(format!("{word}: a bind takes no option of a filesystem's, which it shares with others"));
    }
    Ok(match (bind, fstype.as_str()) {
        (Some(_), _) if options.remount => MountSource::Remount { options: None },
        (None, _) if options.remount => MountSource::Remount { options: Some(filesystem_options(options)) },
        // What concerns the superblock is dropped, as the kernel does: it is not the container's.
        (Some(recursive), _) => {
            let path = bundle.join(source.ok_or("a bind needs a source")?);
            let directory = is_directory(&path)
                .ok_or_else(|| format!("nothing to bind: {}: No such file or directory", path.display()))?;
            MountSource::Bind { path, directory, recursive }
        }
        (None, "cgroup" | "cgroup2") => MountSource::Cgroup,
        (None, "" | "none") => return Err("neither a type nor a bind".into()),
        (None, _) => {
            let device = source.map_or_else(|| fstype.clone(), |source| source.display().to_string());
            let mut words = filesystem_options(options);
            if device.starts_with('/') && options.attributes.set & MOUNT_ATTR_RDONLY != 0 {
                // A disk may be write-protected. The kernel's own filesystems stay writable for whoever else
                // mounts them: some of them are the same for all containers of a network namespace.
                words.push(("ro".to_owned(), None));
            }
            let options = layers(&fstype, words)?;
            MountSource::Filesystem { fstype, device, options }
        }
    })
}

fn filesystem_options(options: &Options) -> FilesystemOptions {
    let superblock = options.superblock.iter().map(|word| ((*word).to_owned(), None));
    superblock.chain(options.data.iter().cloned()).collect()
}

/// The longest value that `fsconfig(2)` takes, in bytes.
const LONGEST_VALUE: usize = 255;

/// An overlay of many layers as `fsconfig(2)` takes it: one by one (Linux 6.7).
fn layers(fstype: &str, options: FilesystemOptions) -> Result<FilesystemOptions, String> {
    let mut split = Vec::with_capacity(options.len());
    for (key, value) in options {
        match value {
            Some(value) if value.len() <= LONGEST_VALUE => split.push((key, Some(value))),
            None => split.push((key, None)),
            // With `::` come layers of data alone, and with a backslash colons in names: they are not told apart.
            Some(value)
                if fstype == "overlay"
                    && key == "lowerdir"
                    && !value.contains(['\\'])
                    && !value.contains("::") =>
            {
                split.extend(value.split(':').map(|layer| ("lowerdir+".to_owned(), Some(layer.to_owned()))));
            }
            Some(_) => return Err(format!("{key}: the kernel takes {LONGEST_VALUE} bytes at most")),
        }
    }
    Ok(split)
}
