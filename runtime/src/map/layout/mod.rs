//! Where everything is, in rows: the first namespace's box in the middle, the others in a column on one side of it, or on
//! both. Whatever draws gives the rows a height.
//!
//! A box stands where the first of its links is level with the link that it is connected to, so that most lines are
//! straight. The others turn in lanes between the columns. A row belongs to one line alone, so no two lines ever lie on
//! each other.

mod lanes;
mod place;
mod sides;

use std::collections::BTreeMap;

pub use lanes::Net;

use super::model::{Edge, End};

/// A box, as far as the layout knows it.
#[derive(Debug, Clone, Default)]
pub struct Block {
    /// How many rows it takes.
    pub height: usize,
    /// Its links, and in which row of it they are.
    pub pins: Vec<(End, usize)>,
}

/// A link in the middle.
#[derive(Debug, Clone)]
pub struct HubRow {
    /// It.
    pub end: End,
    /// How many rows it takes.
    pub height: usize,
    /// Whether nothing may stand beside it, though it is on the other side.
    pub wide: bool,
}

/// What is to be laid out.
#[derive(Debug, Clone)]
pub struct Request {
    /// The links in the middle.
    pub hub: Vec<HubRow>,
    /// The row of the first of them.
    pub hub_start: usize,
    /// The other boxes, by their places in the picture, which begin with 1.
    pub blocks: Vec<Block>,
    /// The lines.
    pub lines: Vec<Edge>,
    /// Rows between two boxes.
    pub gap: usize,
    /// On how many sides boxes stand: 1 or 2.
    pub sides: usize,
}

/// Where a box stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Placed {
    /// Right of the middle is 0, left 1.
    pub side: usize,
    /// Its first row.
    pub top: usize,
}

/// Where everything is.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// The row of each link in the middle, and its side.
    pub hub: Vec<Placed>,
    /// The row behind the last link in the middle.
    pub hub_end: usize,
    /// The other boxes.
    pub blocks: Vec<Placed>,
    /// The lines.
    pub nets: Vec<Net>,
    /// How many lanes there are on each side.
    pub lanes: [usize; 2],
}

impl Layout {
    /// Lays out what is asked for.
    pub fn of(request: &Request) -> Self {
        let sides = sides::sides(request);
        let mut layout = place::place(request, &sides);
        let mut rows: BTreeMap<End, (usize, bool)> = BTreeMap::new();
        for (row, placed) in request.hub.iter().zip(&layout.hub) {
            rows.insert(row.end, (placed.top, true));
        }
        for (block, placed) in request.blocks.iter().zip(&layout.blocks) {
            rows.extend(block.pins.iter().map(|(end, row)| (*end, (placed.top + row, false))));
        }
        let side =
            |end: End| if end.namespace == 0 { None } else { Some(layout.blocks[end.namespace - 1].side) };
        layout.nets = lanes::nets(&request.lines, &rows, side);
        layout.lanes = lanes::assign(&mut layout.nets);
        layout
    }
}

#[cfg(test)]
mod tests;
