//! Rates as a table and as JSON.

use serde_json::{Value, json};

use super::human::{printable, short};
use super::rates::{Both, Flow, Rates};
use crate::clock::{rfc3339, since_1970};
use crate::plan::network::ports::Published;

/// How many columns are words, and stand to the left.
const WORDS: usize = 3;

/// How many are numbers, and stand to the right.
const NUMBERS: usize = 6;

type Line = [String; WORDS + NUMBERS];

/// The lines of a table: `heading`, the cards, and the ports if there are any.
pub fn table(rates: &Rates, heading: &[String]) -> Vec<String> {
    let mut cards = vec![head(["CONTAINER", "CARD", "NETWORK"])];
    for row in &rates.cards {
        cards.push(line([&row.name, &row.of.card, &row.of.network], row.passed));
    }
    let mut lines = heading.to_vec();
    let mut ports = Vec::new();
    for row in &rates.ports {
        let Published { protocol, port, .. } = row.of.published;
        ports.push(line(
            [&row.name, &host_side(&row.of.published), &format!("{port}/{protocol}")],
            row.passed,
        ));
    }
    lines.extend(aligned(&cards));
    if !ports.is_empty() {
        ports.insert(0, head(["CONTAINER", "PORT", "LEADS TO"]));
        lines.push(String::new());
        lines.extend(aligned(&ports));
    }
    lines
}

/// `8080`, `127.0.0.1:8080`, `[::1]:8080`.
fn host_side(port: &Published) -> String {
    match port.host_ip {
        None => port.host_port.to_string(),
        Some(address) => std::net::SocketAddr::new(address, port.host_port).to_string(),
    }
}

fn head(words: [&str; WORDS]) -> Line {
    let [one, two, three] = words;
    [one, two, three, "RX PKT/S", "RX B/S", "TX PKT/S", "TX B/S", "RX B", "TX B"].map(str::to_owned)
}

#[expect(clippy::cast_precision_loss, reason = "three digits of it are shown")]
fn line(words: [&str; WORDS], passed: Option<Both>) -> Line {
    let numbers: [String; NUMBERS] = passed.map_or_else(
        || std::array::from_fn(|_| "-".to_owned()),
        |Both { received, sent }| {
            [
                received.packets_per_second,
                received.bytes_per_second,
                sent.packets_per_second,
                sent.bytes_per_second,
                received.bytes as f64,
                sent.bytes as f64,
            ]
            .map(short)
        },
    );
    let mut cells = words.map(printable).into_iter().chain(numbers);
    std::array::from_fn(|_| cells.next().unwrap_or_default())
}

/// Columns as wide as their widest cell, two spaces apart: words to the left, numbers to the right.
fn aligned(lines: &[Line]) -> Vec<String> {
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..WORDS + NUMBERS).map(width).collect();
    let cell = |(place, (text, width)): (usize, (&String, &usize))| {
        if place < WORDS { format!("{text:<width$}") } else { format!("{text:>width$}") }
    };
    let shown = |line: &Line| line.iter().zip(&widths).enumerate().map(cell).collect::<Vec<_>>().join("  ");
    lines.iter().map(shown).collect()
}

/// One document.
pub fn json(rates: &Rates) -> String {
    let cards: Vec<Value> = rates
        .cards
        .iter()
        .map(|row| {
            let card = &row.of;
            let both = row.passed.unwrap_or_default();
            let way = |flow: Flow, traffic: netlink_raw::route::Traffic| {
                let mut way = as_json(flow);
                way["errors"] = traffic.errors.into();
                way["dropped"] = traffic.dropped.into();
                way
            };
            json!({
                "id": card.id,
                "name": row.name,
                "card": card.card,
                "network": card.network,
                "device": card.device,
                "received": way(both.received, card.received),
                "sent": way(both.sent, card.sent),
            })
        })
        .collect();
    let ports: Vec<Value> = rates
        .ports
        .iter()
        .map(|row| {
            let Published { protocol, host_ip, host_port, port } = row.of.published;
            json!({
                "id": row.of.id,
                "name": row.name,
                "protocol": protocol,
                "hostAddress": host_ip,
                "hostPort": host_port,
                "port": port,
                "received": row.passed.map(|both| as_json(both.received)),
                "sent": row.passed.map(|both| as_json(both.sent)),
            })
        })
        .collect();
    let document = json!({
        "time": rfc3339(since_1970()),
        "seconds": rates.elapsed.as_secs_f64(),
        "cards": cards,
        "ports": ports,
    });
    document.to_string()
}

fn as_json(flow: Flow) -> Value {
    json!({
        "packets": flow.packets,
        "bytes": flow.bytes,
        "packetsPerSecond": flow.packets_per_second,
        "bytesPerSecond": flow.bytes_per_second,
    })
}
