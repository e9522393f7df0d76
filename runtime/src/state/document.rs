//! The state of a container as the OCI runtime specification writes it (runtime.md, "State").

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::{Container, Status};
use crate::error::Result;
use crate::plan::Plan;

/// What hooks read on standard input, and what `state` prints first.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Document<'a> {
    /// The version that config.json names.
    pub oci_version: &'a str,
    /// The id.
    pub id: &'a str,
    /// What it is doing.
    pub status: Status,
    /// Its first process, as the host sees it; 0 where it has none.
    pub pid: i32,
    /// The bundle's directory.
    pub bundle: &'a Path,
    /// What config.json carries for others to read.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: &'a BTreeMap<String, String>,
}

impl<'a> Document<'a> {
    /// A container that is being made.
    pub fn of_plan(plan: &'a Plan, status: Status, pid: i32) -> Self {
        let Plan { oci_version, id, bundle, annotations, .. } = plan;
        Self { oci_version, id, status, pid, bundle, annotations }
    }

    /// A container as it is.
    ///
    /// # Errors
    /// A state file that can't be read.
    pub fn of(container: &'a Container) -> Result<Self> {
        let status = container.status()?;
        let pid = container.init()?.filter(|_| status.is_alive()).map_or(0, |init| init.pid);
        Ok(Self::with(container, status, pid))
    }

    /// A container of which it is known what it is doing.
    pub fn with(container: &'a Container, status: Status, pid: i32) -> Self {
        let record = &container.record;
        Self {
            oci_version: &record.oci_version,
            id: &record.id,
            status,
            pid,
            bundle: &record.bundle,
            annotations: &record.annotations,
        }
    }

    /// As JSON.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("plain data")
    }
}
