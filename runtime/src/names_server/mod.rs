//! Names of containers: on a network that a user made, they find each other by name, alias and short id. One small
//! server for all networks of a state answers on the gateways' addresses, and asks others for other names.
//!
//! It is this program again, as a process of its own: started with the first container that has names, it ends
//! after the last. A start writes one file and tells the server to look at it; where nobody hears that, because
//! none runs or it was killed, a new one is started, and reads what is there.
//!
//! ```text
//! register → store (files) → contact → server → decide (table, wire)
//!                              spawn ↗      ↘ forward → other servers
//! ```

mod card;
mod contact;
mod decide;
mod detach;
mod forward;
mod listener;
mod outside;
mod server;
mod store;
mod stream;
mod table;
mod under_way;
mod wire;

use std::ffi::OsString;

use nix::unistd::Pid;

use crate::error::Result;
use crate::state::State;
use store::Store;

pub use card::gateways;
pub use table::{Entry, Zone};

/// Makes a container's names known on a network, and returns when they are answered. The device that has the
/// gateway's address need not be there yet.
///
/// # Errors
/// The state can't be written, no server can be started, or the address to listen on is taken by another server.
/// Nothing is left then.
pub fn register(state: &State, network: &str, zone: &Zone, entry: &Entry) -> Result<()> {
    let store = Store::of(state);
    store.add(network, zone, entry)?;
    contact::look(&store, network, &entry.id).inspect_err(|_| {
        // The first failure is the one to be told.
        let _ = unregister(state, network, &entry.id);
    })
}

/// Says that a network has changed (`network update`). Where nobody is on it there is nothing to do.
///
/// # Errors
/// The state can't be written, or the new address to listen on is taken by another server.
pub fn update(state: &State, network: &str, zone: &Zone) -> Result<()> {
    let store = Store::of(state);
    if store.change(network, zone)? { contact::look(&store, network, "") } else { Ok(()) }
}

/// Forgets a container's names on a network. Where they are not known (any more) there is nothing to do.
///
/// # Errors
/// The state can't be changed.
pub fn unregister(state: &State, network: &str, id: &str) -> Result<()> {
    let store = Store::of(state);
    if store.remove(network, id)? {
        contact::tell(&store, network, id);
    }
    Ok(())
}

/// Forgets all names on a network.
///
/// # Errors
/// The state can't be changed.
pub fn forget(state: &State, network: &str) -> Result<()> {
    Store::of(state).ids(network).iter().try_for_each(|id| unregister(state, network, id))
}

/// Has every network looked at that containers have names on, by a server that is started where none answers.
///
/// # Errors
/// It can't be started, or the address to listen on is taken by another server.
pub fn ensure_running(state: &State) -> Result<()> {
    let store = Store::of(state);
    if store.is_empty() {
        return Ok(());
    }
    store.networks().iter().try_for_each(|network| contact::look(&store, network, ""))
}

/// Every network and id whose names are known.
pub fn registered(state: &State) -> Vec<(String, String)> {
    let store = Store::of(state);
    let of = |network: String| {
        let ids = store.ids(&network);
        ids.into_iter().map(move |id| (network.clone(), id))
    };
    store.networks().into_iter().flat_map(of).collect()
}

/// The process of the server, if it runs.
pub fn running(state: &State) -> Option<Pid> {
    contact::server(&Store::of(state))
}

/// Where this program was started as the server, by its first word: serves, and returns the exit status at last.
pub fn called(words: &[OsString]) -> Option<u8> {
    let (name, root) = (words.first()?, words.get(1)?);
    (name == contact::PROGRAM).then(|| server::serve(&State::at(root)))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;
    use crate::sys::gate;

    #[test]
    fn a_rehearsal_tells_all_and_does_nothing() {
        let root = tempfile::tempdir().expect("a directory");
        let state = State::at(root.path());
        let calls: Rc<RefCell<Vec<&str>>> = Rc::default();
        let heard = Rc::clone(&calls);
        gate::install(Rc::new(move |step| heard.borrow_mut().push(step.call)), true);
        let entry = Entry { id: "a".into(), names: vec!["web".into()], ..Entry::default() };
        let registered = register(&state, "blue", &Zone::default(), &entry);
        let unregistered = unregister(&state, "blue", "a");
        gate::uninstall();
        registered.and(unregistered).expect("a rehearsal");
        assert!(calls.borrow().contains(&"rename") && calls.borrow().ends_with(&["fork"]), "{calls:?}");
        assert_eq!(std::fs::read_dir(root.path()).expect("a directory").count(), 0);
        assert_eq!(running(&state), None);
    }
}
