//! Lines between boxes.

use super::geometry::{Geometry, middle};
use super::pen::Pen;
use crate::map::label::shown;
use crate::map::layout::{Layout, Net};
use crate::map::model::{EdgeKind, End, Link, Map};

/// How round corners are.
const RADIUS: usize = 7;

/// How the line of one end looks: whether packets pass there, and what it stands for.
pub(super) fn class(net: &Net, end: End, map: &Map) -> &'static str {
    let passes = |end: &End| map.link(*end).is_some_and(Link::passes);
    let passes = if net.ends.len() == 2 { net.ends.iter().all(passes) } else { passes(&end) };
    let upper = map.edges.iter().any(|edge| edge.kind == EdgeKind::Upper && edge.from == end);
    match (upper || net.ends.len() == 2 && net.kind == EdgeKind::Upper, passes) {
        (false, true) => "wire",
        (false, false) => "wire down",
        (true, true) => "wire upper",
        (true, false) => "wire upper down",
    }
}

/// Draws all. Where two cross, the later one passes over the other.
pub(super) fn draw(pen: &mut Pen, layout: &Layout, geometry: &Geometry, map: &Map) {
    for net in &layout.nets {
        pen.open("net", &told(net, map));
        let edges = edges(geometry, net.side);
        let point = |(row, hub): (usize, bool)| (edges[usize::from(!hub)], middle(row));
        // The end in the middle first, where two are in one row: from there to each of the others.
        let mut pins: Vec<((usize, bool), End)> =
            net.pins.iter().copied().zip(net.ends.iter().copied()).collect();
        pins.sort_unstable_by_key(|((row, hub), _)| (!*hub, *row));
        let Some(((first, _), others)) = pins.split_first() else { continue };
        let paths = others.iter().map(|(pin, end)| {
            let class = class(net, *end, map);
            (class.contains("down"), class, path(point(*first), lane(net, geometry), point(*pin)))
        });
        let mut paths: Vec<_> = paths.collect();
        for (_, _, path) in &paths {
            pen.path("halo", path);
        }
        // Where they share a piece, that by which packets pass is seen.
        paths.sort_unstable_by_key(|(down, ..)| !*down);
        for (_, class, path) in &paths {
            pen.path(class, path);
        }
        if let (Some(lane), true) = (lane(net, geometry), others.len() > 1) {
            let rows = others.iter().map(|((row, _), _)| *row).filter(|row| *row < net.span().1);
            rows.for_each(|row| pen.dot("plug", (lane, middle(row)), 3));
        }
        pen.close();
    }
}

fn told(net: &Net, map: &Map) -> String {
    let name = |end: &End| {
        let namespace = &map.namespaces[end.namespace];
        shown(&format!("{} in {}", namespace.link_name(end.index), namespace.title()))
    };
    net.ends.iter().map(name).collect::<Vec<_>>().join(" – ")
}

fn lane(net: &Net, geometry: &Geometry) -> Option<usize> {
    net.lane.map(|lane| geometry.lane(net.side, lane))
}

/// Where lines begin and end: at the edge of the box in the middle, and at that of the others.
fn edges(geometry: &Geometry, side: usize) -> [usize; 2] {
    let hub = &geometry.frames[0];
    let (near, far) = if side == 0 { (hub.right(), true) } else { (hub.x, false) };
    let others = geometry.frames[1..].iter().filter(|frame| (frame.x > hub.x) == far);
    let far = others.map(|frame| if far { frame.x } else { frame.right() }).next();
    [near, far.unwrap_or(near)]
}

/// From one point to another: straight if they are level, else by a lane, with round corners.
fn path((x1, y1): (usize, usize), lane: Option<usize>, (x2, y2): (usize, usize)) -> String {
    let Some(lane) = lane.filter(|_| y1 != y2) else { return format!("M{x1} {y1}H{x2}") };
    let radius = RADIUS.min(y1.abs_diff(y2) / 2);
    let toward = |x: usize| if x < lane { lane - radius } else { lane + radius };
    let (from, to) = if y1 < y2 { (y1 + radius, y2 - radius) } else { (y1 - radius, y2 + radius) };
    format!("M{x1} {y1}H{}Q{lane} {y1} {lane} {from}V{to}Q{lane} {y2} {} {y2}H{x2}", toward(x1), toward(x2))
}
