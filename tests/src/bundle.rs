//! A bundle for a test to run, and to change as it likes.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

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
