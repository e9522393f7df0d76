//! Boxes, the links in them, and published ports.

use super::geometry::{
    ARROW, CHIP, Frame, Geometry, PAD, ROW, SPACE, STEP, Stand, content_width, has_children, middle, stand,
};
use super::pen::{Anchor, Pen, width};
use crate::map::label::rest;
use crate::map::layout::{Layout, Net};
use crate::map::model::{End, Link, Map, Name};
use crate::map::outline::{Outline, Row};

/// A box that is being drawn.
pub(super) struct Drawn<'a> {
    pub(super) map: &'a Map,
    pub(super) place: usize,
    pub(super) outline: &'a Outline,
    pub(super) frame: Frame,
    pub(super) layout: &'a Layout,
    pub(super) geometry: &'a Geometry,
    /// Widths of links at the edge and away from it.
    pub(super) chips: [usize; 2],
}

/// Where a row's link is, from its left to its right.
#[derive(Clone, Copy)]
struct Chip {
    left: usize,
    right: usize,
}

impl Drawn<'_> {
    /// Draws it.
    pub(super) fn draw(&self, pen: &mut Pen) {
        let class = self.class();
        pen.open(&format!("box {class}"), &self.told());
        let Frame { x, y, width: wide, height } = self.frame;
        pen.rect("frame", (x, y), (wide, height), 8);
        let line = y + ROW / 2 + 3;
        pen.text("name", (x + PAD, line), Anchor::Start, &self.outline.title);
        if !self.outline.role.is_empty() {
            // Its letters are smaller.
            let badge = width(&self.outline.role) * 11 / 12;
            let right = x + wide - PAD;
            pen.rect("badge", (right - badge - 12, line - 8), (badge + 16, 16), 8);
            pen.text("role", (right - 4, line), Anchor::End, &self.outline.role);
        }
        pen.close();
        for number in 0..self.outline.rows.len() {
            self.bar(pen, number);
        }
        for number in 0..self.outline.rows.len() {
            self.row(pen, number);
        }
        self.foot(pen);
    }

    fn class(&self) -> &'static str {
        match self.map.namespaces[self.place].names.first() {
            Some(Name::Host) => "host",
            Some(Name::Container(_)) => "container",
            Some(Name::Named(_) | Name::Path(_)) => "named",
            _ => "process",
        }
    }

    fn told(&self) -> String {
        let namespace = &self.map.namespaces[self.place];
        let mut lines = vec![format!("{} net:[{}]", self.outline.title, namespace.id.inode)];
        let ids = namespace
            .containers
            .iter()
            .map(|it| format!("container {} {}, process {}", it.id, it.status, it.pid));
        lines.extend(ids);
        let all = crate::map::label::Detail { all: true, arrow: "→" };
        lines.extend(crate::map::label::routes(namespace, all));
        lines.join("\n")
    }

    /// The side of the middle that the row's lines are on.
    fn side(&self, number: usize) -> usize {
        match self.place {
            0 => self.layout.hub[number].side,
            place => 1 - self.layout.blocks[place - 1].side,
        }
    }

    /// Where the row begins, in rows of the whole.
    fn top(&self, number: usize) -> usize {
        match self.place {
            0 => self.layout.hub[number].top,
            place => {
                let above = self.outline.rows[..number].iter().map(Row::height).sum::<usize>();
                self.layout.blocks[place - 1].top + 1 + above
            }
        }
    }

    fn touched(&self, end: End) -> bool {
        self.layout.nets.iter().any(|net: &Net| net.ends.contains(&end))
    }

    fn stand(&self, number: usize) -> Stand {
        stand(self.outline, self.place, number, &|end| self.touched(end))
    }

    /// Whether links stand in the middle that stand away from the edges.
    fn is_double(&self) -> bool {
        self.place == 0 && self.geometry.sides == 2
    }

    /// Whether the row's link is at the right edge of its words.
    fn is_right(&self, number: usize) -> bool {
        let edge = self.side(number) == 0;
        match self.stand(number) {
            Stand::Edge => edge,
            Stand::Away if self.is_double() => false,
            Stand::Away => !edge,
        }
    }

    fn chip(&self, number: usize) -> Chip {
        let row = &self.outline.rows[number];
        let wide = self.chips[self.stand(number) as usize];
        let indent = PAD + row.depth().saturating_sub(1) * STEP;
        if self.is_double() && self.stand(number) == Stand::Away {
            // All that stand in the middle begin at one place.
            let rows = (0..self.outline.rows.len()).filter(|other| self.stand(*other) == Stand::Away);
            let widest = rows.map(|other| content_width(&self.outline.rows[other], wide)).max();
            let left = self.frame.middle() - widest.unwrap_or(0) / 2;
            return Chip { left, right: left + wide };
        }
        if self.is_right(number) {
            let right = self.frame.right() - indent;
            Chip { left: right - wide, right }
        } else {
            let left = self.frame.x + indent;
            Chip { left, right: left + wide }
        }
    }

    /// Where the bar below a row is.
    fn bar_x(&self, number: usize) -> usize {
        if self.is_double() && self.outline.rows[number].depth() == 0 {
            return self.frame.middle();
        }
        let chip = self.chip(number);
        if self.is_right(number) { chip.right - 12 } else { chip.left + 12 }
    }

    /// The bar that connects the rows below one, and their lines to it.
    fn bar(&self, pen: &mut Pen, number: usize) {
        if !has_children(self.outline, number) {
            return;
        }
        let row = &self.outline.rows[number];
        let below = |other: &usize| self.outline.rows[*other].depth() > row.depth();
        let children: Vec<usize> = (number + 1..self.outline.rows.len())
            .take_while(below)
            .filter(|other| self.outline.rows[*other].depth() == row.depth() + 1)
            .collect();
        let bridge = self.link(row).is_some_and(Link::is_bridge);
        let (class, wire, half) = if bridge { ("bridge", "port", 4) } else { ("stem", "port upper", 1) };
        let x = self.bar_x(number);
        let from = middle(self.top(number)) + CHIP / 2;
        let from = if self.is_double() { from + (row.height() - 1) * ROW } else { from };
        let last = children.iter().map(|child| middle(self.top(*child))).max().unwrap_or(from);
        for child in &children {
            let y = middle(self.top(*child));
            pen.path(wire, &format!("M{x} {y}H{}", self.inner_end(*child)));
        }
        pen.rect(class, (x - half, from), (half * 2, last + 6 - from), half.min(3));
    }

    /// Where a row's words end, away from the edge that they begin at.
    fn inner_end(&self, number: usize) -> usize {
        let row = &self.outline.rows[number];
        let (chip, rest) = (self.chip(number), Self::words(row));
        if self.is_right(number) { chip.left - rest } else { chip.right + rest }
    }

    /// Room for the first line of a row's words, and a little more.
    fn words(row: &Row) -> usize {
        let first = row.lines.first().map_or(0, |line| width(line));
        if first == 0 { 0 } else { SPACE + first + SPACE / 2 }
    }

    fn link(&self, row: &Row) -> Option<&Link> {
        self.map.link(row.end)
    }

    fn row(&self, pen: &mut Pen, number: usize) {
        let row = &self.outline.rows[number];
        let Some(link) = self.link(row) else { return };
        let chip = self.chip(number);
        let y = middle(self.top(number));
        if self.touched(row.end) {
            self.way_out(pen, number);
        }
        let state = if link.passes() { "up" } else { "down" };
        let kind = match link.kind.as_str() {
            "bridge" => "chip bridge",
            "loopback" => "chip loopback",
            "tap" | "tun" => "chip tap",
            _ => "chip",
        };
        let mut told = vec![format!("{} {} {}, {state}", row.end.index, row.name, link.kind)];
        told.extend(rest(link));
        pen.open(&format!("{kind} {state}"), &told.join("\n"));
        pen.rect("body", (chip.left, y - CHIP / 2), (chip.right - chip.left, CHIP), 5);
        pen.text("link", (chip.left + 7, y), Anchor::Start, &row.name);
        pen.close();
        let (x, anchor) = if self.is_right(number) {
            (chip.left - SPACE, Anchor::End)
        } else {
            (chip.right + SPACE, Anchor::Start)
        };
        for (count, line) in row.lines.iter().enumerate() {
            let addresses = count < link.addresses.len();
            pen.text(if addresses { "address" } else { "note" }, (x, y + count * ROW), anchor, line);
        }
    }

    /// The line from a link to the edge of its box.
    fn way_out(&self, pen: &mut Pen, number: usize) {
        let row = &self.outline.rows[number];
        let (chip, y) = (self.chip(number), middle(self.top(number)));
        let right = self.side(number) == 0;
        // Words that stand between the link and the edge are not crossed out.
        let begin = match (right, self.is_right(number)) {
            (true, true) => chip.right,
            (true, false) => chip.right + Self::words(row),
            (false, true) => chip.left - Self::words(row),
            (false, false) => chip.left,
        };
        let end = if right { self.frame.right() } else { self.frame.x };
        let class = self.layout.nets.iter().find(|net| net.ends.contains(&row.end));
        let class = class.map_or("wire", |net| super::wires::class(net, row.end, self.map));
        pen.path(class, &format!("M{begin} {y}H{end}"));
        pen.dot("plug", (end, y), 3);
    }

    fn foot(&self, pen: &mut Pen) {
        let mut row = match self.place {
            0 => self.layout.hub_end,
            place => self.layout.blocks[place - 1].top + 1 + self.outline.links_height(),
        };
        let right = self.place > 0 && self.side(0) == 0;
        let (x, anchor) =
            if right { (self.frame.right() - PAD, Anchor::End) } else { (self.frame.x + PAD, Anchor::Start) };
        for line in &self.outline.foot {
            pen.text("note", (x, middle(row)), anchor, line);
            row += 1;
        }
        for (outside, inside) in &self.outline.ports {
            self.port(pen, middle(row), outside, inside);
            row += 1;
        }
    }

    /// An arrow from outside.
    fn port(&self, pen: &mut Pen, y: usize, outside: &str, inside: &str) {
        pen.open("published", &format!("{outside} of the host leads to {inside}"));
        if self.place == 0 {
            pen.text("link", (self.frame.x + PAD, y), Anchor::Start, &format!("{outside} → {inside}"));
        } else if self.side(0) == 0 {
            // Lines come in at its right edge, so that outside is on the left.
            let x = self.frame.x;
            pen.path("arrow", &format!("M{} {y}H{}", x - ARROW, x - 5));
            pen.path("head", &format!("M{} {}l7 5l-7 5z", x - 7, y - 5));
            pen.text("link", (x - ARROW - 6, y), Anchor::End, outside);
            pen.text("link", (x + PAD, y), Anchor::Start, inside);
        } else {
            let x = self.frame.right();
            pen.path("arrow", &format!("M{} {y}H{}", x + ARROW, x + 5));
            pen.path("head", &format!("M{} {}l-7 5l7 5z", x + 7, y - 5));
            pen.text("link", (x + ARROW + 6, y), Anchor::Start, outside);
            pen.text("link", (x - PAD, y), Anchor::End, inside);
        }
        pen.close();
    }
}
