//! `pontoon state`, `delete` and `list`, in runc's words.

use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use super::remove;
use crate::cli::{DeleteArgs, Format, IdArgs, ListArgs};
use crate::clock::rfc3339;
use crate::error::{Error, Result};
use crate::state::{Container, Document, State, Status};

/// What runc tells of a container.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    state: Document<'a>,
    rootfs: &'a Path,
    created: String,
    owner: String,
}

impl<'a> Told<'a> {
    fn of(container: &'a Container) -> Result<Self> {
        Ok(Self {
            state: Document::of(container)?,
            rootfs: &container.record.rootfs,
            created: rfc3339(Duration::from_millis(container.record.created)),
            owner: owner(container),
        })
    }
}

/// Whose container it is: the user's name, or the number where that has none.
fn owner(container: &Container) -> String {
    use std::os::unix::fs::MetadataExt;
    let uid = container.directory.metadata().map_or(0, |metadata| metadata.uid());
    let user = nix::unistd::User::from_uid(uid.into()).ok().flatten();
    user.map_or_else(|| uid.to_string(), |user| user.name)
}

/// Prints what a container is doing.
///
/// # Errors
/// No such container.
pub(super) fn state(state: &State, arguments: &IdArgs) -> Result<u8> {
    let container = state.exactly(&arguments.id)?;
    println!("{}", serde_json::to_string_pretty(&Told::of(&container)?).expect("plain data"));
    Ok(0)
}

/// Removes a container that has ended, or waits for `start`; with `force`, whatever it is doing.
///
/// # Errors
/// It runs, or there is none, without `force`; what could not be undone.
pub(super) fn delete(state: &State, arguments: &DeleteArgs) -> Result<u8> {
    let container = match state.exactly(&arguments.id) {
        Err(Error::NoSuchContainer(_)) if arguments.force => return Ok(0),
        found => found?,
    };
    match container.status()? {
        Status::Stopped | Status::Created => {}
        _ if arguments.force => {}
        status => {
            let (id, is) = (arguments.id.clone(), status.word());
            return Err(Error::State { id, is, cannot: "be deleted: it is not stopped" });
        }
    }
    remove::remove(state, &container, true)?;
    Ok(0)
}

/// Lists all containers.
///
/// # Errors
/// A state file that can't be read.
pub(super) fn list(state: &State, arguments: &ListArgs) -> Result<u8> {
    let mut containers = state.all()?;
    containers.sort_by(|one, other| one.record.id.cmp(&other.record.id));
    if arguments.quiet {
        for container in &containers {
            println!("{}", container.record.id);
        }
        return Ok(0);
    }
    let told: Vec<Told<'_>> = containers.iter().map(Told::of).collect::<Result<_>>()?;
    match arguments.format {
        Format::Json => println!("{}", serde_json::to_string(&told).expect("plain data")),
        Format::Table => print!("{}", table(&told)),
    }
    Ok(0)
}

/// Columns as Go's tabwriter makes them for runc: at least twelve wide, three spaces apart.
fn table(told: &[Told<'_>]) -> String {
    let mut rows = vec![["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"].map(str::to_owned)];
    rows.extend(told.iter().map(|Told { state, created, owner, .. }| {
        let (pid, bundle) = (state.pid.to_string(), state.bundle.display().to_string());
        [state.id.to_owned(), pid, state.status.word().to_owned(), bundle, created.clone(), owner.clone()]
    }));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 6] = std::array::from_fn(|column| (width(column) + 3).max(12));
    let line = |row: &[String; 6]| {
        let (last, others) = row.split_last().expect("six columns");
        let cells = others.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<String>() + last + "\n"
    };
    rows.iter().map(line).collect()
}
