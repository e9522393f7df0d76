//! `pontoon network`: a verb a file.

mod connect;
mod create;
mod inspect;
mod ls;
mod reload;
mod rm;
mod update;

use crate::cli::NetworkCommand;
use crate::error::Result;
use crate::state::State;

/// Does what the command line says about networks.
///
/// # Errors
/// The first thing that went wrong.
pub(super) fn network(state: &State, command: &NetworkCommand) -> Result<u8> {
    match command {
        NetworkCommand::Create(arguments) => create::create(state, arguments),
        NetworkCommand::Ls(arguments) => ls::ls(state, arguments),
        NetworkCommand::Inspect(arguments) => inspect::inspect(state, arguments),
        NetworkCommand::Update(arguments) => update::update(state, arguments),
        NetworkCommand::Rm(arguments) => rm::rm(state, arguments),
        NetworkCommand::Prune(_) => rm::prune(state),
        NetworkCommand::Reload => reload::reload(state),
        NetworkCommand::Connect(arguments) => connect::connect(state, arguments),
        NetworkCommand::Disconnect(arguments) => connect::disconnect(state, arguments),
    }
}
