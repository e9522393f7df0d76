//! config.json: read, checked for what the types can't say, with docker-style flags laid over it.

use std::fs;
use std::path::{Path, PathBuf};

use oci_spec::runtime::Spec;

use crate::error::{Doing, Error, Result};

/// The oldest version of the runtime specification that is understood.
pub const OLDEST_VERSION: &str = "1.0.0";
/// The newest whose every field is.
pub const NEWEST_VERSION: &str = "1.3.0";

/// A bundle: config.json and the directory that its relative paths start from.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// The bundle's directory, absolute.
    pub directory: PathBuf,
    /// What config.json says.
    pub spec: Spec,
    /// The root directory, absolute and without symbolic links.
    pub rootfs: PathBuf,
}

impl Bundle {
    /// Reads the bundle at `directory`.
    ///
    /// # Errors
    /// No config.json, no JSON (with line and column), a field of the wrong type, no rootfs.
    pub fn read(directory: &Path) -> Result<Self> {
        let directory = absolute(directory)?;
        if !directory.is_dir() {
            return Err(Error::Usage(format!("bundle {}: Not a directory", directory.display())));
        }
        let path = directory.join("config.json");
        let text = fs::read(&path).doing(|| format!("bundle: read {}", path.display()))?;
        let spec: Spec =
            parse(&text).map_err(|error| Error::Config { path: path.clone(), problem: error.to_string() })?;
        let root = spec.root().as_ref().ok_or_else(|| Error::Config { path, problem: "no root".into() })?;
        let rootfs = rootfs(&directory.join(root.path()))?;
        Ok(Self { directory, spec, rootfs })
    }

    /// A bundle around a bare root directory, with the settings of a fresh busybox bundle.
    ///
    /// # Errors
    /// No such directory.
    pub fn around(root: &Path) -> Result<Self> {
        let rootfs = rootfs(&absolute(root)?)?;
        let spec =
            parse(rootfs_tools::default_config().as_bytes()).expect("the default configuration is one");
        Ok(Self { directory: rootfs.clone(), spec, rootfs })
    }
}

/// One reader for all: each kind of source would add its own copy of all of this to the program.
fn parse(text: &[u8]) -> serde_json::Result<Spec> {
    serde_json::from_slice(text)
}

fn absolute(path: &Path) -> Result<PathBuf> {
    path.canonicalize().doing(|| format!("bundle {}", path.display()))
}

fn rootfs(path: &Path) -> Result<PathBuf> {
    let root = path.canonicalize().doing(|| format!("rootfs {}", path.display()))?;
    if root.is_dir() {
        Ok(root)
    } else {
        Err(Error::Usage(format!("rootfs {}: Not a directory", root.display())))
    }
}
