//! One look at everything that is counted.

use std::time::Instant;

use crate::error::Result;
use crate::network::{self, Counted, Counting, Passed};
use crate::plan::network::firewall::Forward;
use crate::plan::network::ports::Published;
use crate::state::{Container, Init, State};

/// A published port, and what has passed it since it was looked at for the first time.
#[derive(Debug, Clone, PartialEq)]
pub struct Port {
    /// The id of its container.
    pub id: String,
    /// The port.
    pub published: Published,
    /// What has passed; `None` where it can't be counted.
    pub passed: Option<Passed>,
}

/// What was counted up to one moment.
#[derive(Debug, Clone)]
pub struct Sample {
    /// When.
    pub at: Instant,
    /// The names of the containers, by their ids.
    pub names: Vec<(String, String)>,
    /// Their cards.
    pub cards: Vec<Counted>,
    /// Their ports.
    pub ports: Vec<Port>,
}

/// Who looks.
pub struct Observer<'a> {
    state: &'a State,
    /// The containers that are looked at; all of them, if none is said.
    wanted: Vec<String>,
    /// Counts what passes ports, once there are some.
    counting: Option<Counting>,
    /// Why that can't be counted was told.
    told: bool,
}

impl<'a> Observer<'a> {
    /// Of these containers, or of all.
    ///
    /// # Errors
    /// One is not there, or does not run.
    pub fn new(state: &'a State, typed: &[String]) -> Result<Self> {
        let mut wanted = Vec::new();
        for typed in typed {
            let container = state.find(typed)?;
            container.running("be watched")?;
            wanted.push(container.record.id);
        }
        Ok(Self { state, wanted, counting: None, told: false })
    }

    /// Looks.
    ///
    /// # Errors
    /// The kernel's; a state file that can't be read.
    pub fn look(&mut self) -> Result<Sample> {
        let mut running: Vec<(Container, Init)> = Vec::new();
        for container in self.state.all()? {
            let wanted = self.wanted.is_empty() || self.wanted.contains(&container.record.id);
            if let Some(init) = container.init()?.filter(|init| wanted && init.alive()) {
                running.push((container, init));
            }
        }
        let cards = network::traffic(self.state, &running)?;
        let mut ports = Vec::new();
        for (container, _) in &running {
            for (published, ways) in network::published(self.state, container)? {
                ports.push((container.record.id.clone(), published, ways));
            }
        }
        let at = Instant::now();
        let ports = self.ports(ports);
        let name = |container: &Container| {
            let record = &container.record;
            (record.id.clone(), crate::netns::publish::name_of(record).to_owned())
        };
        Ok(Sample { at, names: running.iter().map(|(container, _)| name(container)).collect(), cards, ports })
    }

    /// What has passed the ports. Where that can't be counted, the rest is shown all the same.
    fn ports(&mut self, ports: Vec<(String, Published, Vec<Forward>)>) -> Vec<Port> {
        let ways: Vec<Forward> = ports.iter().flat_map(|(_, _, ways)| ways).cloned().collect();
        let passed = self.count(&ways).unwrap_or_else(|error| {
            if !std::mem::replace(&mut self.told, true) {
                eprintln!("pontoon: published ports are not counted: {error}");
            }
            vec![None; ways.len()]
        });
        let mut passed = passed.into_iter();
        let mut port = |(id, published, ways): (String, Published, Vec<Forward>)| {
            let of_families: Vec<Option<Passed>> = passed.by_ref().take(ways.len()).collect();
            Port { id, published, passed: of_families.into_iter().reduce(sum).flatten() }
        };
        ports.into_iter().map(&mut port).collect()
    }

    fn count(&mut self, ways: &[Forward]) -> Result<Vec<Option<Passed>>> {
        if ways.is_empty() && self.counting.is_none() {
            return Ok(Vec::new());
        }
        let counting = match &mut self.counting {
            Some(counting) => counting,
            none => none.insert(Counting::begin()?),
        };
        counting.of(ways)?;
        counting.read(ways)
    }
}

/// Both families together.
fn sum(one: Option<Passed>, other: Option<Passed>) -> Option<Passed> {
    let (Some(mut sum), Some(other)) = (one, other) else { return one.or(other) };
    for (sum, other) in [(&mut sum.received, other.received), (&mut sum.sent, other.sent)] {
        sum.packets += other.packets;
        sum.bytes += other.bytes;
    }
    Some(sum)
}
