//! Networks on disk: a file `NAME.json` each, in podman's schema.

use std::fs;
use std::io::ErrorKind;

use nix::errno::Errno;

use crate::error::{Doing, Error, Result};
use crate::plan::Definition;
use crate::plan::network::{BRIDGE, names};
use crate::state::{State, entries, make_directories};
use crate::sys::file;

/// The network that is called `name`.
///
/// # Errors
/// There is none; its file can't be read, or is none of a network.
pub fn definition(state: &State, name: &str) -> Result<Definition> {
    names::check(name).map_err(Error::Usage)?;
    match read(state, name)? {
        Some(definition) => Ok(definition),
        None if name == BRIDGE => Ok(Definition::default_bridge()),
        None => {
            Err(Error::Usage(format!("no such network: {name} (pontoon network ls shows those there are)")))
        }
    }
}

/// All networks: the one that is always there, then the others by their names. A file that is none of a network is told, and
/// passed over.
pub fn definitions(state: &State) -> Vec<Definition> {
    let mut all = vec![definition(state, BRIDGE).unwrap_or_else(|_| Definition::default_bridge())];
    let mut files = entries(state.definitions());
    files.sort();
    for name in files.iter().filter_map(|file| file.strip_suffix(".json")) {
        if name == BRIDGE || names::check(name).is_err() {
            continue;
        }
        match read(state, name) {
            Ok(definition) => all.extend(definition),
            Err(error) => eprintln!("pontoon: {error}"),
        }
    }
    all
}

fn read(state: &State, name: &str) -> Result<Option<Definition>> {
    let path = state.definitions().join(format!("{name}.json"));
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        text => text.map_err(|source| Error::Io { doing: format!("network {name}"), source })?,
    };
    let wrong = |problem: String| Error::Config { path: path.clone(), problem };
    let definition: Definition = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    if definition.name != name {
        return Err(wrong(format!("it defines the network {:?}", definition.name)));
    }
    Ok(Some(definition))
}

/// Writes a new network.
///
/// # Errors
/// There is one of this name; the file can't be written.
pub fn save(state: &State, definition: &Definition) -> Result<()> {
    let name = &definition.name;
    let path = state.definitions().join(format!("{name}.json"));
    let draft = draft(state, definition)?;
    // link(2) replaces nothing.
    let saved = file::link(&draft, &path);
    let _ = file::unlink(&draft);
    match saved {
        Err(error) if error.errno == Errno::EEXIST => {
            Err(Error::Usage(format!("there is a network {name} already")))
        }
        saved => saved.doing(|| format!("network {name}")),
    }
}

/// Writes a network anew.
///
/// # Errors
/// The file can't be written.
pub fn replace(state: &State, definition: &Definition) -> Result<()> {
    let name = &definition.name;
    let draft = draft(state, definition)?;
    file::rename(&draft, &state.definitions().join(format!("{name}.json")))
        .doing(|| format!("network {name}"))
}

fn draft(state: &State, definition: &Definition) -> Result<std::path::PathBuf> {
    let name = &definition.name;
    make_directories(state.definitions())?;
    let draft = state.definitions().join(format!(".{name}.{}", std::process::id()));
    let text = serde_json::to_string_pretty(definition).expect("a definition is JSON");
    file::create(&draft, &(text + "\n")).doing(|| format!("network {name}"))?;
    Ok(draft)
}

/// Removes drafts of commands that were killed (`.NAME.PID`), for whoever keeps all others out.
pub fn tidy(state: &State) {
    for file in entries(state.definitions()) {
        let draft = file.strip_prefix('.').and_then(|rest| rest.rsplit_once('.'));
        if draft.is_some_and(|(name, pid)| names::check(name).is_ok() && pid.parse::<u32>().is_ok()) {
            let _ = file::unlink(&state.definitions().join(file));
        }
    }
}

/// Removes the file of a network. One that has none is gone already.
///
/// # Errors
/// unlink(2)'s.
pub fn erase(state: &State, name: &str) -> Result<()> {
    match file::unlink(&state.definitions().join(format!("{name}.json"))) {
        Err(error) if error.errno == Errno::ENOENT => Ok(()),
        removed => removed.doing(|| format!("network {name}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_found_and_only_once() {
        let directory = tempfile::tempdir().expect("a directory");
        let state = State::at(directory.path());
        let blue = Definition { name: "blue".into(), ..Definition::default_bridge() };
        save(&state, &blue).expect("saved");
        assert_eq!(definition(&state, "blue").expect("found"), blue);
        let error = save(&state, &blue).unwrap_err().to_string();
        assert_eq!(error, "there is a network blue already");
        let changed = Definition { internal: true, ..blue };
        replace(&state, &changed).expect("replaced");
        assert_eq!(definitions(&state), [Definition::default_bridge(), changed]);
        erase(&state, "blue").expect("erased");
        erase(&state, "blue").expect("erased already");
        let error = definition(&state, "blue").unwrap_err().to_string();
        assert_eq!(error, "no such network: blue (pontoon network ls shows those there are)");
        assert!(entries(state.definitions()).is_empty(), "no draft is left");
    }

    #[test]
    fn drafts_are_swept_and_nothing_else() {
        let directory = tempfile::tempdir().expect("a directory");
        let state = State::at("/nowhere").with_definitions(directory.path().to_owned());
        for name in [".blue.7", ".blue.json", "netavark.lock", ".hidden", "blue.json.7"] {
            fs::write(directory.path().join(name), "").expect("a file");
        }
        tidy(&state);
        let mut left = entries(directory.path());
        left.sort();
        assert_eq!(left, [".blue.json", ".hidden", "blue.json.7", "netavark.lock"]);
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_refused_and_a_file_under_a_wrong_name_told() {
        let directory = tempfile::tempdir().expect("a directory");
        let state = State::at(directory.path());
        assert!(definition(&state, "../blue").unwrap_err().to_string().contains("is no name of a network"));
        save(&state, &Definition { name: "blue".into(), ..Definition::default_bridge() }).expect("saved");
        let file = |name: &str| state.definitions().join(format!("{name}.json"));
        fs::copy(file("blue"), file("red")).expect("copied");
        let error = definition(&state, "red").unwrap_err().to_string();
        assert!(error.contains("it defines the network \"blue\""), "{error}");
        fs::write(file("green"), "{").expect("written");
        assert!(definition(&state, "green").unwrap_err().to_string().contains("green.json"));
    }
}
