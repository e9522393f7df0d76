//! Containers by id, by the beginning of an id, and by name.

use super::{Container, State, entries};
use crate::error::{Error, Result};

impl State {
    /// The container that `typed` means: a name, an id, or the beginning of an id while only one fits.
    ///
    /// # Errors
    /// None, or several.
    pub fn find(&self, typed: &str) -> Result<Container> {
        let missing = || Error::NoSuchContainer(typed.to_owned());
        if typed.is_empty() || typed.contains('/') || typed.starts_with('.') {
            return Err(missing());
        }
        if let Ok(id) = std::fs::read_link(self.names().join(typed)) {
            return Container::read(self, &id.to_string_lossy())?.ok_or_else(missing);
        }
        if let Some(container) = Container::read(self, typed)? {
            return Ok(container);
        }
        let mut candidates = self.ids();
        // An id that its caller chose is not abbreviated: `web` is not `web2`.
        let abbreviated = |id: &String| {
            id.starts_with(typed)
                && Container::read(self, id).is_ok_and(|found| found.is_some_and(|it| !it.record.by_id))
        };
        candidates.retain(abbreviated);
        match candidates.as_slice() {
            [] => Err(missing()),
            [id] => Container::read(self, id)?.ok_or_else(missing),
            _ => Err(Error::Ambiguous { typed: typed.to_owned(), candidates }),
        }
    }

    /// The container with exactly this id: for programs, which abbreviate nothing.
    ///
    /// # Errors
    /// None such.
    pub fn exactly(&self, id: &str) -> Result<Container> {
        let missing = || Error::NoSuchContainer(id.to_owned());
        if id.is_empty() || id.contains('/') || id.starts_with('.') {
            return Err(missing());
        }
        Container::read(self, id)?.ok_or_else(missing)
    }

    /// All ids, sorted.
    pub fn ids(&self) -> Vec<String> {
        let mut ids = entries(&self.containers());
        ids.sort();
        ids
    }

    /// All containers, the newest first.
    ///
    /// # Errors
    /// A state file that can't be read.
    pub fn all(&self) -> Result<Vec<Container>> {
        let mut all = Vec::new();
        for id in self.ids() {
            all.extend(Container::read(self, &id)?);
        }
        all.sort_by_key(|container| std::cmp::Reverse(container.record.created));
        Ok(all)
    }
}
