//! Lines that are not straight turn in lanes.

use std::collections::BTreeMap;

use crate::map::model::{Edge, EdgeKind, End};

/// A line, with as many ends as there are links that it connects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Net {
    /// On which side of the middle it lies.
    pub side: usize,
    /// How its links belong together.
    pub kind: EdgeKind,
    /// The rows of its ends, and whether each lies in the middle.
    pub pins: Vec<(usize, bool)>,
    /// Its links.
    pub ends: Vec<End>,
    /// Where it turns; a straight line does not.
    pub lane: Option<usize>,
}

impl Net {
    /// Its first row and its last.
    pub fn span(&self) -> (usize, usize) {
        let rows = || self.pins.iter().map(|(row, _)| *row);
        (rows().min().unwrap_or(0), rows().max().unwrap_or(0))
    }
}

/// Lines that share an end are one.
pub(super) fn nets(
    lines: &[Edge],
    rows: &BTreeMap<End, (usize, bool)>,
    side: impl Fn(End) -> Option<usize>,
) -> Vec<Net> {
    let mut nets: Vec<Net> = Vec::new();
    let mut of: BTreeMap<End, usize> = BTreeMap::new();
    for edge in lines.iter().filter(|edge| rows.contains_key(&edge.from) && rows.contains_key(&edge.to)) {
        let met = [of.get(&edge.from).copied(), of.get(&edge.to).copied()];
        let net = match met {
            [Some(one), Some(other)] if one != other => {
                // The two become one, and the other is left empty.
                let moved = std::mem::take(&mut nets[other].ends);
                of.extend(moved.iter().map(|end| (*end, one)));
                nets[one].ends.extend(moved);
                one
            }
            [Some(one), _] | [None, Some(one)] => one,
            [None, None] => {
                let side = side(edge.from).or_else(|| side(edge.to)).unwrap_or(0);
                nets.push(Net { side, kind: edge.kind, pins: Vec::new(), ends: Vec::new(), lane: None });
                nets.len() - 1
            }
        };
        nets[net].kind = nets[net].kind.max(edge.kind);
        for end in [edge.from, edge.to] {
            if of.insert(end, net).is_none() {
                nets[net].ends.push(end);
            }
        }
    }
    nets.retain(|net| !net.ends.is_empty());
    for net in &mut nets {
        net.pins = net.ends.iter().map(|end| rows[end]).collect();
        if let Some(side) = net.ends.iter().find_map(|end| side(*end)) {
            net.side = side;
        }
    }
    nets
}

/// Gives each line that turns the first lane where it meets no other; returns how many there are on each side.
pub(super) fn assign(nets: &mut [Net]) -> [usize; 2] {
    let mut order: Vec<usize> = (0..nets.len()).filter(|net| turns(&nets[*net])).collect();
    // Those that end in the middle first, and of them the short ones: each lies next to what it connects.
    let of_hub = |net: &Net| net.pins.iter().any(|(_, hub)| *hub);
    order.sort_by_key(|net| {
        let (first, last) = nets[*net].span();
        (!of_hub(&nets[*net]), last - first, first)
    });
    let mut taken: [Vec<Vec<(usize, usize)>>; 2] = [Vec::new(), Vec::new()];
    for net in order {
        let (side, (first, last)) = (nets[net].side, nets[net].span());
        let lanes = &mut taken[side];
        let free = |lane: &Vec<(usize, usize)>| lane.iter().all(|(from, to)| last < *from || *to < first);
        let found =
            if of_hub(&nets[net]) { lanes.iter().position(free) } else { lanes.iter().rposition(free) };
        let lane = found.unwrap_or(lanes.len());
        if lane == lanes.len() {
            lanes.push(Vec::new());
        }
        lanes[lane].push((first, last));
        nets[net].lane = Some(lane);
    }
    taken.map(|lanes| lanes.len())
}

fn turns(net: &Net) -> bool {
    let (first, last) = net.span();
    first != last || net.pins.iter().filter(|(_, hub)| *hub).count() != 1
}
