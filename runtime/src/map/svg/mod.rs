//! The picture as SVG, in one file without scripts: the first namespace's box in the middle, the others beside it, bridges
//! as bars, lines between.

mod boxes;
mod geometry;
mod pen;
mod sheet;
mod wires;

use self::boxes::Drawn;
use self::geometry::{Geometry, MARGIN, Stand, stand};
use self::pen::{Pen, escaped};
use super::label::Detail;
use super::layout::{Block, HubRow, Layout, Request};
use super::model::{End, Map};
use super::outline::{self, Outline};

/// With more boxes than this beside the first they stand on both sides of it.
const ONE_SIDE: usize = 5;

/// Draws it.
pub fn draw(map: &Map, details: bool) -> String {
    let detail = Detail { all: details, arrow: "→" };
    let outlines: Vec<Outline> =
        (0..map.namespaces.len()).map(|place| Outline::of(map, place, detail)).collect();
    if outlines.is_empty() {
        return String::new();
    }
    let request = request(map, &outlines);
    let layout = Layout::of(&request);
    let hub = layout.hub_end + outlines[0].foot.len() + outlines[0].ports.len();
    let heights: Vec<usize> =
        [hub].into_iter().chain(request.blocks.iter().map(|block| block.height)).collect();
    let geometry = Geometry::of(&outlines, &layout, &heights, request.sides);
    let mut pen = Pen::default();
    wires::draw(&mut pen, &layout, &geometry, map);
    for (place, outline) in outlines.iter().enumerate() {
        let frame = geometry.frames[place];
        let touched = |end: End| layout.nets.iter().any(|net| net.ends.contains(&end));
        let chips = geometry::chips(outline, place, &touched);
        Drawn { map, place, outline, frame, layout: &layout, geometry: &geometry, chips }.draw(&mut pen);
    }
    let legend = sheet::legend(&mut pen, geometry.height + sheet::LEGEND);
    let (width, height) = (geometry.width.max(legend), geometry.height + sheet::LEGEND + MARGIN);
    let title = escaped(&format!("Network map of {}", outlines[0].title));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\">\n<title>{title}</title>\n<style>{}</style>\n\
         <rect class=\"sheet\" width=\"100%\" height=\"100%\"/>\n{}</svg>\n",
        sheet::STYLE,
        pen.0
    )
}

fn request(map: &Map, outlines: &[Outline]) -> Request {
    let lines = outline::lines(map);
    let touched = |end: End| lines.iter().any(|edge| edge.from == end || edge.to == end);
    let rows = outlines[0].rows.iter().enumerate();
    let hub = rows.map(|(number, row)| {
        let away = stand(&outlines[0], 0, number, &touched) == Stand::Away;
        HubRow { end: row.end, height: row.height(), wide: away || !touched(row.end) }
    });
    let block = |outline: &Outline| {
        let mut at = 1;
        let mut pins = Vec::new();
        for row in &outline.rows {
            pins.push((row.end, at));
            at += row.height();
        }
        Block { height: at + outline.foot.len() + outline.ports.len(), pins }
    };
    let sides = if outlines.len() - 1 > ONE_SIDE { 2 } else { 1 };
    let hub = hub.collect();
    Request { hub, hub_start: 1, blocks: outlines[1..].iter().map(block).collect(), lines, gap: 1, sides }
}

#[cfg(test)]
mod tests;
