//! All network namespaces that have a name.

use std::fs;
use std::path::Path;

use super::{DIRECTORY, Place};
use crate::state::State;

/// Those of `ip netns`, which are files in /run/netns, sorted by name.
pub fn files(_: &State) -> Vec<Place> {
    let entries = fs::read_dir(DIRECTORY).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let place = |name: String| Place { path: Path::new(DIRECTORY).join(&name), name, pid: None };
    let mut places: Vec<Place> = names.map(place).collect();
    places.sort_by(|one, other| one.name.cmp(&other.name));
    places
}

/// Those of running containers that have a network namespace of their own, by the container's name, or else by its id, the
/// newest first. A container whose files can't be read is left out.
pub fn containers(state: &State) -> Vec<Place> {
    let running = |container: crate::state::Container| {
        let pid = container.init().ok()?.filter(crate::state::Init::alive)?.pid;
        let record = container.record;
        let name = record.name.unwrap_or(record.id);
        record.own_network.then(|| Place::of_process(pid, &name))
    };
    let mut places = Vec::new();
    for id in state.ids() {
        let container = crate::state::Container::read(state, &id).ok().flatten();
        places.extend(container.and_then(running));
    }
    places
}
