//! The picture as text: the first namespace's box on the left, the others on the right, lines between.

mod canvas;

use self::canvas::{Canvas, LEFT, RIGHT};
use super::label::{Detail, columns};
use super::layout::{Block, HubRow, Layout, Net, Request};
use super::model::Map;
use super::outline::{self, Outline, Row};

/// Columns between an edge and the lane next to it, and between two lanes.
const LANE: usize = 2;
/// Columns between the boxes, at least.
const GUTTER: usize = 6;

/// How the text is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// With ASCII letters only.
    pub ascii: bool,
    /// With all that is known.
    pub details: bool,
}

/// The words and marks of a style.
struct Marks {
    arrow: &'static str,
    /// What stands before a row below another, before the last of them, and beside rows that lie deeper.
    branch: &'static str,
    end: &'static str,
    stem: &'static str,
    dot: &'static str,
}

const UNICODE: Marks = Marks { arrow: "→", branch: "├─ ", end: "└─ ", stem: "│  ", dot: " · " };
const ASCII: Marks = Marks { arrow: "->", branch: "+- ", end: "`- ", stem: "|  ", dot: ", " };

/// Draws it.
pub fn draw(map: &Map, style: Style) -> String {
    let marks = if style.ascii { &ASCII } else { &UNICODE };
    let detail = Detail { all: style.details, arrow: marks.arrow };
    let outlines: Vec<Outline> =
        (0..map.namespaces.len()).map(|place| Outline::of(map, place, detail)).collect();
    let boxes: Vec<Text> = outlines.iter().map(|outline| Text::of(outline, marks)).collect();
    let Some((hub, others)) = boxes.split_first() else { return String::new() };
    let lines = outline::lines(map);
    let row = |row: &Row| HubRow { end: row.end, height: row.height(), wide: true };
    let request = Request {
        hub: outlines[0].rows.iter().map(row).collect(),
        hub_start: 1,
        blocks: others.iter().zip(&outlines[1..]).map(|(text, outline)| text.block(outline)).collect(),
        lines,
        gap: 0,
        sides: 1,
    };
    let layout = Layout::of(&request);
    let mut picture =
        Picture { canvas: Canvas::default(), hub_width: hub.width(), marks, others: hub.width() };
    if layout.nets.iter().any(|net| net.pins.iter().any(|(_, hub)| *hub)) {
        // Room for a piece of line behind the longest text.
        picture.hub_width += 2;
    }
    picture.others = picture.hub_width + GUTTER.max((layout.lanes[0] + 1) * LANE + 1);
    picture.hub(hub, &outlines[0], &layout);
    picture.blocks(others, &request, &layout);
    for net in &layout.nets {
        picture.net(net);
    }
    picture.canvas.print(style.ascii)
}

/// A box's lines of text.
struct Text {
    title: String,
    /// The lines of each link.
    rows: Vec<Vec<String>>,
    foot: Vec<String>,
}

impl Text {
    fn of(outline: &Outline, marks: &Marks) -> Self {
        let dotted = |text: &str| text.replace(" · ", marks.dot);
        let mut title = dotted(&outline.title);
        if !outline.role.is_empty() {
            title.push_str(&dotted(&format!(" · {}", outline.role)));
        }
        let name = |row: &Row| row.depth() * 3 + columns(&row.name);
        let width = outline.rows.iter().map(name).max().unwrap_or(0);
        let mut rows = Vec::new();
        for (number, row) in outline.rows.iter().enumerate() {
            let mut lines = Vec::new();
            let first = row.lines.first().map_or("", String::as_str);
            let blanks = " ".repeat(width - name(row));
            let text = format!("{}{}{blanks}  {first}", prefix(row, marks), row.name);
            lines.push(text.trim_end().to_owned());
            let beside = stems(outline.rows.get(number + 1), marks);
            let blanks = " ".repeat((width + 2).saturating_sub(columns(&beside)));
            lines.extend(row.lines.iter().skip(1).map(|line| format!("{beside}{blanks}{line}")));
            rows.push(lines);
        }
        let arrow = marks.arrow;
        let ports =
            outline.ports.iter().map(|(outside, inside)| format!("published {outside} {arrow} {inside}"));
        Self { title, rows, foot: outline.foot.iter().cloned().chain(ports).collect() }
    }

    /// Columns of the whole box.
    fn width(&self) -> usize {
        let lines = self.rows.iter().flatten().chain(&self.foot).map(|line| columns(line));
        let widest = lines.max().unwrap_or(0);
        (widest + 4).max(columns(&self.title) + 6)
    }

    fn block(&self, outline: &Outline) -> Block {
        let mut at = 1;
        let mut pins = Vec::new();
        for row in &outline.rows {
            pins.push((row.end, at));
            at += row.height();
        }
        Block { height: at + self.foot.len() + 1, pins }
    }
}

/// What stands before a row's name.
fn prefix(row: &Row, marks: &Marks) -> String {
    // Those that lie below the first have their stem in its column.
    let above = row.guides.iter().skip(1).map(|more| if *more { marks.stem } else { "   " });
    let own = match row.depth() {
        0 => "",
        _ if row.last => marks.end,
        _ => marks.branch,
    };
    above.chain([own]).collect()
}

/// What stands in a line between a row and the `next`.
fn stems(next: Option<&Row>, marks: &Marks) -> String {
    let Some(next) = next.filter(|next| next.depth() > 0) else { return String::new() };
    let above = next.guides.iter().skip(1).map(|more| if *more { marks.stem } else { "   " });
    above.chain([marks.stem]).collect()
}

struct Picture {
    canvas: Canvas,
    hub_width: usize,
    /// The column in which the other boxes begin.
    others: usize,
    marks: &'static Marks,
}

impl Picture {
    fn hub(&mut self, text: &Text, outline: &Outline, layout: &Layout) {
        // Set off from the links, of which the last may be a bridge's port.
        let foot = layout.hub_end + usize::from(!text.foot.is_empty() && !text.rows.is_empty());
        let height = foot + text.foot.len() + 1;
        self.canvas.frame((0, 0), (self.hub_width, height), &text.title);
        for (number, lines) in text.rows.iter().enumerate() {
            let top = layout.hub[number].top;
            for (line, text) in lines.iter().enumerate() {
                self.canvas.write(top + line, 2, text);
            }
            let end = layout.hub.get(number + 1).map_or(layout.hub_end, |next| next.top);
            let stems = stems(outline.rows.get(number + 1), self.marks);
            for row in top + lines.len()..end {
                self.canvas.write(row, 2, stems.trim_end());
            }
        }
        for (number, line) in text.foot.iter().enumerate() {
            self.canvas.write(foot + number, 2, line);
        }
        // From the text of each link that a line begins at to the edge.
        let starts = layout.nets.iter().flat_map(|net| &net.pins).filter(|(_, hub)| *hub);
        for (row, _) in starts {
            let number = layout.hub.iter().position(|placed| placed.top == *row);
            let text = number.map_or("", |number| &text.rows[number][0]);
            self.canvas.across(*row, 3 + columns(text), self.hub_width - 1);
            self.canvas.join(*row, self.hub_width - 1, LEFT | RIGHT);
        }
    }

    fn blocks(&mut self, texts: &[Text], request: &Request, layout: &Layout) {
        let width = texts.iter().map(Text::width).max().unwrap_or(0);
        for ((text, block), placed) in texts.iter().zip(&request.blocks).zip(&layout.blocks) {
            self.canvas.frame((placed.top, self.others), (width, block.height), &text.title);
            let lines = text.rows.iter().flatten().chain(&text.foot);
            for (number, line) in lines.enumerate() {
                self.canvas.write(placed.top + 1 + number, self.others + 2, line);
            }
        }
    }

    fn net(&mut self, net: &Net) {
        let edge = self.hub_width - 1;
        let Some(lane) = net.lane else {
            let (row, _) = net.span();
            return self.canvas.across(row, edge, self.others);
        };
        let column = edge + (lane + 1) * LANE;
        let (first, last) = net.span();
        self.canvas.down(column, first, last);
        for (row, hub) in &net.pins {
            if *hub {
                self.canvas.across(*row, edge, column);
            } else {
                self.canvas.across(*row, column, self.others);
            }
        }
    }
}

#[cfg(test)]
mod tests;
