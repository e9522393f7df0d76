//! What passed between two looks.

use std::time::Duration;

use netlink_raw::nft::Counter;
use netlink_raw::route::Traffic;

use super::sample::{Port, Sample};
use crate::network::{Counted, Passed};

/// One way: what has passed in all, and how much of it a second between the looks.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Flow {
    /// Packets in all.
    pub packets: u64,
    /// Bytes in all.
    pub bytes: u64,
    /// Packets a second.
    pub packets_per_second: f64,
    /// Bytes a second.
    pub bytes_per_second: f64,
}

/// Both ways, as the container sees it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Both {
    /// To the container.
    pub received: Flow,
    /// From it.
    pub sent: Flow,
}

impl Both {
    /// What it is sorted by.
    fn bytes_per_second(&self) -> f64 {
        self.received.bytes_per_second + self.sent.bytes_per_second
    }
}

/// A card or a port of a container's, by its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<T> {
    /// The container's name.
    pub name: String,
    /// What it is.
    pub of: T,
    /// What passed; `None` where it can't be counted.
    pub passed: Option<Both>,
}

/// All of it, who has most first.
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    /// The time between the looks.
    pub elapsed: Duration,
    /// Cards.
    pub cards: Vec<Row<Counted>>,
    /// Ports.
    pub ports: Vec<Row<Port>>,
}

impl Rates {
    /// What passed between two looks. What was not there at the first has no rate yet.
    pub fn between(before: &Sample, now: &Sample) -> Self {
        let elapsed = now.at.saturating_duration_since(before.at);
        let name = |id: &String| {
            let known = now.names.iter().find(|(known, _)| known == id);
            known.map_or_else(|| id.clone(), |(_, name)| name.clone())
        };
        let mut cards: Vec<Row<Counted>> = now
            .cards
            .iter()
            .map(|card| {
                let same = |it: &&Counted| (&it.id, &it.card, it.index) == (&card.id, &card.card, card.index);
                let earlier = before.cards.iter().find(same);
                let way = |of: fn(&Counted) -> Traffic| {
                    flow(earlier.map(|card| pair(of(card))), pair(of(card)), elapsed)
                };
                let passed = Both { received: way(|card| card.received), sent: way(|card| card.sent) };
                Row { name: name(&card.id), of: card.clone(), passed: Some(passed) }
            })
            .collect();
        let mut ports: Vec<Row<Port>> = now
            .ports
            .iter()
            .map(|port| {
                let same = |it: &&Port| it.id == port.id && it.published == port.published;
                let earlier = before.ports.iter().find(same).and_then(|port| port.passed);
                let both = |passed: Passed| {
                    let way = |of: fn(Passed) -> Counter| {
                        flow(earlier.map(|it| counted(of(it))), counted(of(passed)), elapsed)
                    };
                    Both { received: way(|it| it.received), sent: way(|it| it.sent) }
                };
                Row { name: name(&port.id), of: port.clone(), passed: port.passed.map(both) }
            })
            .collect();
        cards.sort_by(|one, other| order(one, other).then_with(|| one.of.card.cmp(&other.of.card)));
        ports.sort_by(|one, other| order(one, other).then_with(|| one.of.published.cmp(&other.of.published)));
        Self { elapsed, cards, ports }
    }
}

fn order<T>(one: &Row<T>, other: &Row<T>) -> std::cmp::Ordering {
    let rate = |row: &Row<T>| row.passed.map_or(0.0, |both| both.bytes_per_second());
    rate(other).total_cmp(&rate(one)).then_with(|| one.name.cmp(&other.name))
}

fn pair(traffic: Traffic) -> (u64, u64) {
    (traffic.packets, traffic.bytes)
}

fn counted(counter: Counter) -> (u64, u64) {
    (counter.packets, counter.bytes)
}

fn flow(before: Option<(u64, u64)>, (packets, bytes): (u64, u64), elapsed: Duration) -> Flow {
    let seconds = elapsed.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "more than 2^53 bytes do not pass between two looks")]
    let rate = |now: u64, before: u64| {
        if seconds > 0.0 { now.saturating_sub(before) as f64 / seconds } else { 0.0 }
    };
    let (packets_before, bytes_before) = before.unwrap_or((packets, bytes));
    Flow {
        packets,
        bytes,
        packets_per_second: rate(packets, packets_before),
        bytes_per_second: rate(bytes, bytes_before),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn card(id: &str, index: u32, bytes: u64) -> Counted {
        let received = Traffic { packets: bytes / 100, bytes, ..Traffic::default() };
        Counted {
            id: id.to_owned(),
            card: "eth0".to_owned(),
            network: "bridge".to_owned(),
            device: None,
            index,
            received,
            sent: Traffic::default(),
        }
    }

    fn sample(at: Instant, cards: Vec<Counted>) -> Sample {
        Sample { at, names: vec![("1".to_owned(), "web".to_owned())], cards, ports: Vec::new() }
    }

    #[test]
    fn a_rate_is_what_passed_in_the_time_and_who_has_most_is_first() {
        let begun = Instant::now();
        let before = sample(begun, vec![card("1", 7, 1000), card("2", 8, 500), card("3", 9, 50)]);
        let later = vec![card("1", 7, 1200), card("2", 8, 1500), card("3", 10, 70)];
        let rates = Rates::between(&before, &sample(begun + Duration::from_secs(2), later));
        let told: Vec<(&str, f64)> = rates
            .cards
            .iter()
            .map(|row| (row.name.as_str(), row.passed.expect("counted").received.bytes_per_second))
            .collect();
        // The third is another card of the same name.
        assert_eq!(told, [("2", 500.0), ("web", 100.0), ("3", 0.0)]);
        assert_eq!(rates.cards[1].passed.expect("counted").received.packets, 12);
    }
}
