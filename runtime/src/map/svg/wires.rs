//! Lines between boxes.

use super::geometry::{Geometry, middle};
use super::pen::Pen;
use crate::map::layout::{Layout, Net};
use crate::map::model::{EdgeKind, Link, Map};

/// How round corners are.
const RADIUS: usize = 7;

/// How a line looks: whether packets pass, and what it stands for.
pub(super) fn class(net: &Net, map: &Map) -> &'static str {
    let passes = net.ends.iter().filter_map(|end| map.link(*end)).all(Link::passes);
    match (net.kind, passes) {
        (EdgeKind::Pair, true) => "wire",
        (EdgeKind::Pair, false) => "wire down",
        (EdgeKind::Upper, true) => "wire upper",
        (EdgeKind::Upper, false) => "wire upper down",
    }
}

/// Draws all. Where two cross, the later one passes over the other.
pub(super) fn draw(pen: &mut Pen, layout: &Layout, geometry: &Geometry, map: &Map) {
    for net in &layout.nets {
        let class = class(net, map);
        let mut told: Vec<String> = Vec::new();
        for end in &net.ends {
            let namespace = &map.namespaces[end.namespace];
            let name = format!("{} in {}", namespace.link_name(end.index), namespace.title());
            told.push(crate::map::label::shown(&name));
        }
        pen.open("net", &told.join(" – "));
        let Some(lane) = net.lane else {
            let y = middle(net.span().0);
            let [from, to] = edges(geometry, net.side);
            over(pen, class, &format!("M{from} {y}H{to}"));
            pen.close();
            continue;
        };
        let lane = geometry.lane(net.side, lane);
        // The end in the middle first, where two are in one row.
        let mut pins = net.pins.clone();
        pins.sort_unstable_by_key(|(row, hub)| (*row, !*hub));
        let point = |(row, hub): (usize, bool)| (edges(geometry, net.side)[usize::from(!hub)], middle(row));
        if let [first, between @ .., last] = pins.as_slice() {
            over(pen, class, &turning(point(*first), lane, point(*last)));
            for pin in between {
                let (x, y) = point(*pin);
                over(pen, class, &format!("M{x} {y}H{lane}"));
                pen.dot("plug", (lane, y), 3);
            }
        }
        pen.close();
    }
}

/// Where lines begin and end: at the edge of the box in the middle, and at that of the others.
fn edges(geometry: &Geometry, side: usize) -> [usize; 2] {
    let hub = &geometry.frames[0];
    let (near, far) = if side == 0 { (hub.right(), true) } else { (hub.x, false) };
    let others = geometry.frames[1..].iter().filter(|frame| (frame.x > hub.x) == far);
    let far = others.map(|frame| if far { frame.x } else { frame.right() }).next();
    [near, far.unwrap_or(near)]
}

fn over(pen: &mut Pen, class: &str, path: &str) {
    pen.path("halo", path);
    pen.path(class, path);
}

/// From one point to the lane, along it, and to the other point, with round corners. The second point is below.
fn turning((x1, y1): (usize, usize), lane: usize, (x2, y2): (usize, usize)) -> String {
    let radius = RADIUS.min(y2.saturating_sub(y1) / 2);
    let toward = |x: usize| if x < lane { lane - radius } else { lane + radius };
    format!(
        "M{x1} {y1}H{}Q{lane} {y1} {lane} {}V{}Q{lane} {y2} {} {y2}H{x2}",
        toward(x1),
        y1 + radius,
        y2 - radius,
        toward(x2)
    )
}
