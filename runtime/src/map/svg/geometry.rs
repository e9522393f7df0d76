//! Pixels: how wide everything is, and where a row is.

use super::pen::width;
use crate::map::layout::{Layout, Net};
use crate::map::model::End;
use crate::map::outline::{Outline, Row};

/// Height of a row.
pub(super) const ROW: usize = 22;
/// Around the whole.
pub(super) const MARGIN: usize = 24;
/// Between a box's edge and what is in it.
pub(super) const PAD: usize = 12;
/// Height of a link.
pub(super) const CHIP: usize = 18;
/// Between a link and what is said of it.
pub(super) const SPACE: usize = 8;
/// Room for a bridge's bar, with a piece of line to each side.
pub(super) const BAR: usize = 44;
/// Between two lanes, and between the outermost and a box.
const LANE: usize = 14;
/// Between two columns, at least.
const GUTTER: usize = 72;
/// Length of a published port's arrow.
pub(super) const ARROW: usize = 44;
/// How far a link is moved in that lies below one that itself lies below another.
pub(super) const STEP: usize = 24;

/// Where a link stands in its box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    /// At the edge where lines come in.
    Edge,
    /// Away from it: in the middle of a box that has two such edges, at the opposite edge of others.
    Away,
}

/// A box in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Frame {
    /// Its left edge.
    pub(super) x: usize,
    /// Its upper edge.
    pub(super) y: usize,
    /// Its width.
    pub(super) width: usize,
    /// Its height.
    pub(super) height: usize,
}

impl Frame {
    pub(super) const fn right(&self) -> usize {
        self.x + self.width
    }

    pub(super) const fn middle(&self) -> usize {
        self.x + self.width / 2
    }
}

/// Where everything is.
#[derive(Debug)]
pub(super) struct Geometry {
    /// On how many sides of the first box the others are.
    pub(super) sides: usize,
    /// The boxes.
    pub(super) frames: Vec<Frame>,
    /// Width of the whole.
    pub(super) width: usize,
    /// Height of the whole, without a legend.
    pub(super) height: usize,
}

/// The middle of a row.
pub(super) const fn middle(row: usize) -> usize {
    MARGIN + row * ROW + ROW / 2
}

/// Width of a link.
pub(super) fn chip_width(name: &str) -> usize {
    width(name) + 14
}

/// Width of a link of `chip` pixels with what is said of it.
pub(super) fn content_width(row: &Row, chip: usize) -> usize {
    let words = row.lines.iter().map(|line| width(line)).max().filter(|words| *words > 0);
    chip + words.map_or(0, |words| SPACE + words)
}

/// The width of the links that stand at the edge, and of those that stand away from it: the widest has to have room.
pub(super) fn chips(outline: &Outline, place: usize, touched: &dyn Fn(End) -> bool) -> [usize; 2] {
    let mut widest = [0; 2];
    for (number, row) in outline.rows.iter().enumerate() {
        let stand = stand(outline, place, number, touched) as usize;
        widest[stand] = widest[stand].max(chip_width(&row.name));
    }
    widest
}

/// Whether other rows lie below this one.
pub(super) fn has_children(outline: &Outline, number: usize) -> bool {
    let below = outline.rows.get(number + 1);
    below.is_some_and(|next| next.depth() > outline.rows[number].depth())
}

/// Where a row of box `place` stands.
pub(super) fn stand(outline: &Outline, place: usize, number: usize, touched: &dyn Fn(End) -> bool) -> Stand {
    let row = &outline.rows[number];
    let alone = place == 0 && !touched(row.end);
    if row.depth() == 0 && (has_children(outline, number) || alone) { Stand::Away } else { Stand::Edge }
}

impl Geometry {
    /// Gives everything its place. `heights` are those of the boxes, in rows.
    pub(super) fn of(outlines: &[Outline], layout: &Layout, heights: &[usize], sides: usize) -> Self {
        let touched = |end: End| layout.nets.iter().any(|net: &Net| net.ends.contains(&end));
        let hub = box_width(&outlines[0], 0, sides, &touched);
        let (mut columns, mut outside) = ([0; 2], [0; 2]);
        for (outline, placed) in outlines.iter().skip(1).zip(&layout.blocks) {
            let number = placed.side;
            columns[number] = columns[number].max(box_width(outline, 1, 1, &touched));
            let ports = outline.ports.iter().map(|(port, _)| width(port) + ARROW + 6).max();
            outside[number] = outside[number].max(ports.unwrap_or(0));
        }
        let gutter =
            |side: usize| if columns[side] == 0 { 0 } else { GUTTER.max((layout.lanes[side] + 3) * LANE) };
        let left = MARGIN + outside[1];
        let hub_x = left + columns[1] + gutter(1);
        let right = hub_x + hub + gutter(0);
        let frame = |x, top: usize, width, rows: usize| Frame {
            x,
            y: MARGIN + top * ROW - 4,
            width,
            height: rows * ROW + 10,
        };
        let mut frames = vec![frame(hub_x, 0, hub, heights[0])];
        for (placed, rows) in layout.blocks.iter().zip(&heights[1..]) {
            let x = [right, left][placed.side];
            frames.push(frame(x, placed.top, columns[placed.side], *rows));
        }
        let height = frames.iter().map(|frame| frame.y + frame.height).max().unwrap_or(0);
        Self { sides, frames, width: right + columns[0] + outside[0] + MARGIN, height }
    }

    /// Where a lane is.
    pub(super) fn lane(&self, side: usize, lane: usize) -> usize {
        let hub = &self.frames[0];
        let away = (lane + 2) * LANE;
        if side == 0 { hub.right() + away } else { hub.x - away }
    }
}

fn box_width(outline: &Outline, place: usize, sides: usize, touched: &dyn Fn(End) -> bool) -> usize {
    let title =
        width(&outline.title) * 7 / 6 + if outline.role.is_empty() { 0 } else { width(&outline.role) + 24 };
    let ports = outline.ports.iter().map(|(_, port)| width(port));
    let mut widest =
        outline.foot.iter().map(|line| width(line)).chain(ports).chain([title]).max().unwrap_or(0);
    let chips = chips(outline, place, touched);
    for (number, row) in outline.rows.iter().enumerate() {
        let stand = stand(outline, place, number, touched);
        let content = content_width(row, chips[stand as usize]) + row.depth().saturating_sub(1) * STEP;
        let whole = match stand {
            Stand::Away => content + if touched(row.end) { BAR } else { 0 },
            // Half of a box with two such edges is the other edge's.
            Stand::Edge if sides == 2 => 2 * content + BAR,
            Stand::Edge if row.depth() > 0 => content + BAR,
            Stand::Edge => content,
        };
        widest = widest.max(whole);
    }
    widest + 2 * PAD
}
