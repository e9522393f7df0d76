//! A bundle for a test to run, and to change as it likes.

use std::fs;
use std::os::unix::fs::lchown;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::programs;

/// A busybox bundle of the test's own.
pub struct Bundle {
    dir: PathBuf,
}

impl Bundle {
    pub(crate) fn at(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// The directory, as an argument.
    pub fn path(&self) -> &str {
        self.dir.to_str().expect("a path of our own making")
    }

    /// Its root file system.
    pub fn rootfs(&self) -> PathBuf {
        self.dir.join("rootfs")
    }

    /// The file `config.json`.
    pub fn config_file(&self) -> PathBuf {
        self.dir.join("config.json")
    }

    /// Changes the configuration: `bundle.config(|config| config["process"]["cwd"] = "/tmp".into())`.
    pub fn config(&self, change: impl FnOnce(&mut Value)) -> &Self {
        let text = fs::read(self.config_file()).expect("config.json");
        let mut config = serde_json::from_slice(&text).expect("config.json");
        change(&mut config);
        fs::write(self.config_file(), config.to_string()).expect("config.json");
        self
    }

    /// Writes a file into the root file system.
    pub fn write(&self, path: impl AsRef<Path>, contents: impl AsRef<[u8]>) -> &Self {
        fs::write(self.rootfs().join(path), contents).expect("a file in the bundle");
        self
    }

    /// Adds a namespace to the configuration's, or replaces the one of its kind; one with a path is joined.
    pub fn namespace(&self, kind: &str, path: Option<&str>) -> &Self {
        self.config(|config| {
            let list = config["linux"]["namespaces"].as_array_mut().expect("namespaces");
            list.retain(|namespace| namespace["type"] != kind);
            list.push(match path {
                Some(path) => json!({"type": kind, "path": path}),
                None => json!({"type": kind}),
            });
        })
    }

    /// Gives it a user namespace whose `count` first users and groups are those from `outside` on.
    pub fn nest(&self, outside: u32, count: u32) -> &Self {
        self.namespace("user", None).config(|config| {
            config["linux"]["uidMappings"] = json!([{"containerID": 0, "hostID": outside, "size": count}]);
            config["linux"]["gidMappings"] = config["linux"]["uidMappings"].clone();
        })
    }

    /// Gives it, with all that is in it, to a user and group.
    pub fn give_to(&self, id: u32) -> &Self {
        give(&self.dir, id);
        self
    }

    /// Puts the program `intruder` into the root file system, as `/intruder`.
    pub fn let_in_intruder(&self) -> &Self {
        self.let_in("intruder")
    }

    /// Puts a program of this workspace into the root file system, as `/NAME`.
    pub fn let_in(&self, name: &str) -> &Self {
        fs::copy(programs::path(name), self.rootfs().join(name)).expect("a copy of the program");
        self
    }
}

fn give(path: &Path, id: u32) {
    lchown(path, Some(id), Some(id)).expect("chown");
    if path.is_dir() && !path.is_symlink() {
        for entry in fs::read_dir(path).expect("a directory").flatten() {
            give(&entry.path(), id);
        }
    }
}
