//! What the words of the command line ask for.

use crate::cli::CaptureArgs;
use crate::error::{Error, Result};
use crate::explain::Actor;
use crate::ip::links::Links;
use crate::netns::Place;
use crate::network::socket::asking;
use crate::state::State;

/// The word for all devices.
const ANY: &str = "any";

/// Devices of one network namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The namespace; `None` for the one that this process is in.
    pub(super) place: Option<Place>,
    /// The devices by their names; `None` for all, also those that come later.
    pub(super) devices: Option<Vec<String>>,
}

impl Wanted {
    /// Whether this device is asked for by its name.
    pub(super) fn is_named(&self, device: &str) -> bool {
        self.devices.as_ref().is_some_and(|devices| devices.iter().any(|name| name == device))
    }

    /// Asks for a device more, or for all with `None`.
    fn add(&mut self, device: Option<String>) {
        match (&mut self.devices, device) {
            (Some(devices), Some(device)) if !devices.contains(&device) => devices.push(device),
            (_, None) => self.devices = None,
            _ => {}
        }
    }
}

/// What is asked for, each namespace once. A word is, of what there is, in this order: `any`, all devices of the
/// namespace that this process or `--in` is in; a device of it; with a colon, a device of another (`web:eth0`, `web:any`
/// or `web:` for all); a container or another place that `--in` takes, all devices of it. Without a word: `any`.
///
/// No device has a colon in its name, which the kernel refuses.
///
/// # Errors
/// A word that is none of these.
pub(super) fn all(state: &State, arguments: &CaptureArgs) -> Result<Vec<Wanted>> {
    let home = arguments.inside.place.as_deref().map(|word| Place::find(state, word)).transpose()?;
    let mut found: Vec<Wanted> = Vec::new();
    let mut add = |place: Option<Place>, device: Option<String>| {
        let path = |place: &Option<Place>| place.as_ref().map(|place| place.path.clone());
        match found.iter_mut().find(|wanted| path(&wanted.place) == path(&place)) {
            Some(wanted) => wanted.add(device),
            None => found.push(Wanted { place, devices: device.map(|device| vec![device]) }),
        }
    };
    if arguments.words.is_empty() {
        add(home.clone(), None);
    }
    for word in &arguments.words {
        let elsewhere = word.rsplit_once(':').filter(|(place, _)| !place.is_empty());
        if word == ANY {
            add(home.clone(), None);
        } else if !arguments.netlink && is_device(home.as_ref(), word)? {
            add(home.clone(), Some(word.clone()));
        } else if let Some((place, device)) = elsewhere {
            let all = device.is_empty() || device == ANY;
            add(Some(Place::find(state, place)?), (!all).then(|| device.to_owned()));
        } else {
            add(Some(Place::find(state, word).map_err(|error| neither(error, word))?), None);
        }
    }
    if arguments.netlink && found.iter().any(|wanted| wanted.devices.is_some()) {
        let problem = "capture: --netlink is of a namespace as a whole: name no device";
        return Err(Error::Usage(problem.to_owned()));
    }
    Ok(found)
}

/// A word that is nothing: what it could have been.
fn neither(error: Error, word: &str) -> Error {
    match error {
        Error::Usage(_) => Error::Usage(format!(
            "capture: {word:?} is no network device here, no running container, no other network namespace"
        )),
        error => error,
    }
}

/// Whether the namespace has such a device. A name that no device can have is none.
fn is_device(home: Option<&Place>, name: &str) -> Result<bool> {
    if name.is_empty() || name.len() >= libc::IFNAMSIZ || name.contains(['/', ':']) {
        return Ok(false);
    }
    let look = |who| {
        let socket = asking(who).map_err(|error| Error::Usage(format!("capture: {error}")))?;
        Ok(Links::new(socket).index(name).is_ok())
    };
    let Some(place) = home else { return look(Actor::Host) };
    let visit = place.visit()?;
    let found = look(Actor::Container);
    visit.leave();
    found
}
