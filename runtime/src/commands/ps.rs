//! `pontoon ps`.

use serde_json::json;

use crate::cli::{Format, PsArgs};
use crate::clock::now;
use crate::error::Result;
use crate::plan::Endpoint;
use crate::plan::network::ports::{Span, spans};
use crate::state::{Container, Init, State, Status};

/// Lists containers: those that run, or with `-a` all.
///
/// # Errors
/// A state file that can't be read.
pub(super) fn ps(state: &State, arguments: &PsArgs) -> Result<u8> {
    let mut rows = Vec::new();
    for container in state.all()? {
        let status = container.status()?;
        if arguments.all || status.is_alive() {
            rows.push((container, status));
        }
    }
    if arguments.quiet {
        for (container, _) in &rows {
            println!("{}", short(&container.record.id));
        }
        return Ok(0);
    }
    match arguments.format {
        Format::Json => {
            let rows: Result<Vec<_>> =
                rows.iter().map(|(container, status)| as_json(container, *status)).collect();
            println!("{}", serde_json::Value::from(rows?));
        }
        Format::Table => {
            let mut table = vec![
                ["CONTAINER ID", "NAME", "STATUS", "PID", "ADDRESS", "PORTS", "COMMAND"].map(str::to_owned),
            ];
            for (container, status) in &rows {
                table.push(row(container, *status)?);
            }
            print!("{}", aligned(&table));
        }
    }
    Ok(0)
}

/// The first twelve characters, as docker shows ids.
pub(crate) fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

fn row(container: &Container, status: Status) -> Result<[String; 7]> {
    let record = &container.record;
    let init = container.init()?;
    let status = match (status, container.exit()?, init) {
        (Status::Running, _, Some(init)) => format!("Up {}", ago(init.started)),
        (Status::Paused, _, Some(init)) => format!("Up {} (paused)", ago(init.started)),
        (Status::Stopped, Some(exit), _) => {
            let status = exit.status.map_or("?".to_owned(), |status| status.to_string());
            format!("Exited ({status}) {} ago", ago(exit.finished))
        }
        (other, ..) => other.word().to_owned(),
    };
    let cards = container.cards()?;
    let addresses: Vec<String> =
        cards.iter().flat_map(Endpoint::hosts).map(|address| address.to_string()).collect();
    let pid = init.filter(Init::alive).map_or("-".to_owned(), |init| init.pid.to_string());
    let dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    Ok([
        short(&record.id).to_owned(),
        record.name.clone().unwrap_or("-".to_owned()),
        status,
        pid,
        dash(addresses.join(",")),
        dash(spans(&container.ports()?.published).iter().map(Span::to_string).collect::<Vec<_>>().join(", ")),
        // A line of a script is no line of the table.
        record.command.join(" ").replace(char::is_control, " "),
    ])
}

fn as_json(container: &Container, status: Status) -> Result<serde_json::Value> {
    let record = &container.record;
    let cards = container.cards()?;
    let ports: Vec<_> = container.ports()?.published.iter().map(ToString::to_string).collect();
    let addresses: Vec<_> =
        cards.iter().flat_map(|card| &card.addresses).map(|it| it.address.to_string()).collect();
    Ok(json!({
        "id": record.id,
        "name": record.name,
        "status": status,
        "pid": container.init()?.filter(|_| status.is_alive()).map(|init| init.pid),
        "exitStatus": container.exit()?.and_then(|exit| exit.status),
        "created": record.created,
        "bundle": record.bundle,
        "command": record.command,
        "network": record.network,
        "addresses": addresses,
        "ports": ports,
    }))
}

/// A length of time, as one looks at it.
fn ago(since: u64) -> String {
    let seconds = now().saturating_sub(since) / 1000;
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m", seconds / 60),
        3600..86_400 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// Columns as wide as their widest cell, two spaces apart.
pub(super) fn aligned<const N: usize>(table: &[[String; N]]) -> String {
    let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    table.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let table = [["A", "B"], ["long", "x"]].map(|row| row.map(str::to_owned));
        assert_eq!(aligned(&table), "A     B\nlong  x\n");
    }
}
