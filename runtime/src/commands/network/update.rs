//! `pontoon network update`.

use crate::cli::NetworkUpdateArgs;
use crate::error::{Error, Result};
use crate::network::{self, Change, Target};
use crate::state::State;
use crate::sys::gate::rehearsing;

/// Changes a network, and prints its name.
///
/// # Errors
/// What can't be, in one line; the kernel's.
pub(super) fn update(state: &State, arguments: &NetworkUpdateArgs) -> Result<u8> {
    let NetworkUpdateArgs { opt, label, dns_add, dns_drop, isolate, port, name } = arguments;
    let isolate = isolate.iter().map(|value| ("isolate".to_owned(), value.clone()));
    let change = Change {
        options: opt.iter().cloned().chain(isolate).collect(),
        labels: label.iter().cloned().collect(),
        dns_add: dns_add.clone(),
        dns_drop: dns_drop.clone(),
        port: port.as_deref().map(target),
    };
    if change == Change::default() {
        return Err(Error::Usage(format!("network {name}: nothing is to be changed (see --help)")));
    }
    network::update(state, name, &change)?;
    if !rehearsing() {
        println!("{name}");
    }
    Ok(0)
}

fn target(text: &str) -> Target {
    let (container, card) =
        text.split_once(':').map_or((text, None), |(container, card)| (container, Some(card)));
    Target { container: container.to_owned(), card: card.map(str::to_owned) }
}
