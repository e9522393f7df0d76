//! In which row everything stands.

use std::collections::{BTreeMap, BTreeSet};

use super::{HubRow, Layout, Placed, Request};
use crate::map::model::End;

/// How far a link in the middle is moved down to be level with what it is connected to.
const NEAR: usize = 4;

/// Places all: the links in the middle in their order, each box as soon as one of them is connected to it.
pub(super) fn place(request: &Request, sides: &[usize]) -> Layout {
    let mut work = Work {
        request,
        sides,
        partners: BTreeMap::new(),
        blocks: vec![None; request.blocks.len()],
        hub_next: [request.hub_start; 2],
        block_next: [0; 2],
        near: [BTreeMap::new(), BTreeMap::new()],
        far: [BTreeMap::new(), BTreeMap::new()],
    };
    for edge in &request.lines {
        work.partners.entry(edge.from).or_default().insert(edge.to);
        work.partners.entry(edge.to).or_default().insert(edge.from);
    }
    let hub = request.hub.iter().map(|row| work.put_row(row)).collect();
    for block in 0..request.blocks.len() {
        work.put_block(block);
    }
    let hub_end = work.hub_next.into_iter().max().unwrap_or(0);
    let blocks = work.blocks.into_iter().map(Option::unwrap_or_default).collect();
    Layout { hub, hub_end, blocks, ..Layout::default() }
}

struct Work<'r> {
    request: &'r Request,
    sides: &'r [usize],
    partners: BTreeMap<End, BTreeSet<End>>,
    blocks: Vec<Option<Placed>>,
    /// The next free row in the middle, seen from each side.
    hub_next: [usize; 2],
    /// The next free row of each column.
    block_next: [usize; 2],
    /// The rows in which lines begin: in the middle, and in the columns.
    near: [BTreeMap<usize, End>; 2],
    far: [BTreeMap<usize, End>; 2],
}

impl Work<'_> {
    fn put_row(&mut self, row: &HubRow) -> Placed {
        let partners = self.partners.get(&row.end).cloned().unwrap_or_default();
        let others: Vec<End> = partners.iter().copied().filter(|end| end.namespace > 0).collect();
        let side = others.first().map_or(0, |end| self.sides[end.namespace - 1]);
        let mut top = if row.wide { self.hub_next[0].max(self.hub_next[1]) } else { self.hub_next[side] };
        let new = others.iter().copied().find(|end| self.blocks[end.namespace - 1].is_none());
        if let Some(end) = new {
            let block = end.namespace - 1;
            let offset = self.pin(end);
            top = top.max(self.block_next[side] + offset);
            while self.far[side].contains_key(&top) || self.meets(side, block, top - offset, Some(end)) {
                top += 1;
            }
            self.settle(block, Placed { side, top: top - offset });
        } else {
            top = self.level(side, top, &others);
        }
        if !partners.is_empty() {
            // A row in which the line of another link begins on the other side of the lanes is not free.
            while self.far[side].get(&top).is_some_and(|end| !partners.contains(end)) {
                top += 1;
            }
            self.near[side].insert(top, row.end);
        }
        let next = top + row.height;
        self.hub_next[side] = next;
        if row.wide {
            self.hub_next = [next; 2];
        }
        for end in others {
            self.put_block(end.namespace - 1);
        }
        if let Some(end) = new {
            self.put_neighbours(end.namespace - 1);
        }
        Placed { side, top }
    }

    /// The row of an end in the column that is near below, if there is one.
    fn level(&self, side: usize, top: usize, others: &[End]) -> usize {
        let row = |end: &End| self.blocks[end.namespace - 1].map(|placed| placed.top + self.pin(*end));
        let below = others.iter().filter_map(row).filter(|row| (top..=top + NEAR).contains(row));
        below.filter(|row| self.far[side].contains_key(row)).min().unwrap_or(top)
    }

    /// Places a box below those of its column, if it has no place yet.
    fn put_block(&mut self, block: usize) {
        if self.blocks[block].is_some() {
            return;
        }
        let side = self.sides[block];
        let mut top = self.block_next[side];
        while self.meets(side, block, top, None) {
            top += 1;
        }
        self.settle(block, Placed { side, top });
        self.put_neighbours(block);
    }

    /// Places the boxes that are connected to a box right below it.
    fn put_neighbours(&mut self, block: usize) {
        let ends: Vec<End> = self.request.blocks[block].pins.iter().map(|(end, _)| *end).collect();
        for end in ends {
            let to_hub = |end: &End| end.namespace == 0;
            for other in self.partners.get(&end).cloned().unwrap_or_default() {
                // One that is level with a link in the middle waits for it.
                let waits = |block: usize| {
                    let pins = self.request.blocks[block].pins.iter();
                    pins.filter_map(|(end, _)| self.partners.get(end)).flatten().any(to_hub)
                };
                if other.namespace > 0 && !waits(other.namespace - 1) {
                    self.put_block(other.namespace - 1);
                }
            }
        }
    }

    fn settle(&mut self, block: usize, placed: Placed) {
        let Placed { side, top } = placed;
        self.blocks[block] = Some(placed);
        self.block_next[side] = top + self.request.blocks[block].height + self.request.gap;
        for (end, row) in &self.request.blocks[block].pins {
            if self.partners.contains_key(end) {
                self.far[side].insert(top + row, *end);
            }
        }
    }

    /// Whether a line of the box would begin in a row in which one of the middle does, if the box stood at `top`. That of
    /// `level` begins in a row of its own partner.
    fn meets(&self, side: usize, block: usize, top: usize, level: Option<End>) -> bool {
        let connected = |end: &End| self.partners.contains_key(end) && Some(*end) != level;
        let mut pins = self.request.blocks[block].pins.iter().filter(|(end, _)| connected(end));
        pins.any(|(_, row)| self.near[side].contains_key(&(top + row)))
            || level.is_some_and(|end| self.near[side].contains_key(&(top + self.pin(end))))
    }

    fn pin(&self, end: End) -> usize {
        let pins = &self.request.blocks[end.namespace - 1].pins;
        pins.iter().find(|(other, _)| *other == end).map_or(0, |(_, row)| *row)
    }
}
