//! On which side each box stands.

use std::collections::BTreeMap;

use super::Request;
use crate::map::model::End;

/// The side of each box. Those that are connected with each other, or to the same link in the middle, are on one side,
/// so that no line crosses the middle; the sides get about the same height, in the order of the links in the middle.
pub(super) fn sides(request: &Request) -> Vec<usize> {
    let count = request.blocks.len();
    if request.sides < 2 {
        return vec![0; count];
    }
    let mut groups = Groups((0..count).collect());
    let mut of_hub: BTreeMap<End, usize> = BTreeMap::new();
    for edge in &request.lines {
        let blocks = [edge.from, edge.to].map(|end| end.namespace.checked_sub(1));
        match blocks {
            [Some(one), Some(other)] => groups.join(one, other),
            [Some(block), None] | [None, Some(block)] => {
                let hub = if edge.from.namespace == 0 { edge.from } else { edge.to };
                let first = *of_hub.entry(hub).or_insert(block);
                groups.join(first, block);
            }
            [None, None] => {}
        }
    }
    let heights = (0..count).fold(BTreeMap::new(), |mut heights, block| {
        *heights.entry(groups.of(block)).or_insert(0) += request.blocks[block].height + request.gap;
        heights
    });
    let in_order = request.hub.iter().filter_map(|row| of_hub.get(&row.end).copied()).chain(0..count);
    let (mut chosen, mut filled) = (BTreeMap::new(), [0; 2]);
    for block in in_order {
        let group = groups.of(block);
        chosen.entry(group).or_insert_with(|| {
            let side = usize::from(filled[1] < filled[0]);
            filled[side] += heights[&group];
            side
        });
    }
    (0..count).map(|block| chosen[&groups.of(block)]).collect()
}

/// Boxes that belong together: each points to another of its group, and one to itself.
struct Groups(Vec<usize>);

impl Groups {
    fn of(&self, mut block: usize) -> usize {
        while self.0[block] != block {
            block = self.0[block];
        }
        block
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.of(one), self.of(other));
        self.0[one.max(other)] = one.min(other);
    }
}
