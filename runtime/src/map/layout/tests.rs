use std::collections::BTreeMap;

use super::*;
use crate::map::example;
use crate::map::label::Detail;
use crate::map::model::Map;
use crate::map::outline::{self, Outline};

fn request(map: &Map, gap: usize, sides: usize) -> Request {
    let outlines: Vec<Outline> =
        (0..map.namespaces.len()).map(|place| Outline::of(map, place, Detail::default())).collect();
    let lines = outline::lines(map);
    let touched = |end: End| lines.iter().any(|edge| edge.from == end || edge.to == end);
    let hub = outlines[0].rows.iter();
    let hub = hub.map(|row| HubRow { end: row.end, height: row.height(), wide: !touched(row.end) }).collect();
    let block = |outline: &Outline| {
        let mut at = 1;
        let mut pins = Vec::new();
        for row in &outline.rows {
            pins.push((row.end, at));
            at += row.height();
        }
        Block { height: at + outline.foot.len() + outline.ports.len() + 1, pins }
    };
    Request { hub, hub_start: 1, blocks: outlines[1..].iter().map(block).collect(), lines, gap, sides }
}

/// No two boxes of a column overlap, no two rows of the middle, and no two lines: each row is one line's alone, and no
/// lane holds two lines at one height.
fn check(request: &Request) -> Layout {
    let layout = Layout::of(request);
    let mut rows: [BTreeMap<usize, String>; 2] = Default::default();
    for (number, (block, placed)) in request.blocks.iter().zip(&layout.blocks).enumerate() {
        for row in placed.top..placed.top + block.height {
            let before = rows[placed.side].insert(row, format!("box {number}"));
            assert_eq!(before, None, "box {number} in row {row}");
        }
    }
    let mut rows: [BTreeMap<usize, usize>; 2] = Default::default();
    for (number, (row, placed)) in request.hub.iter().zip(&layout.hub).enumerate() {
        for top in placed.top..placed.top + row.height {
            for side in if row.wide { vec![0, 1] } else { vec![placed.side] } {
                assert_eq!(rows[side].insert(top, number), None, "link {number} in row {top}");
            }
        }
        assert!(placed.top + row.height <= layout.hub_end);
    }
    let (mut owners, mut lanes) = (BTreeMap::new(), BTreeMap::new());
    for (number, net) in layout.nets.iter().enumerate() {
        for (row, _) in &net.pins {
            assert_eq!(*owners.entry((net.side, *row)).or_insert(number), number, "row {row}");
        }
        let (first, last) = net.span();
        for row in first..=last {
            let Some(lane) = net.lane else { continue };
            assert!(lane < layout.lanes[net.side]);
            assert_eq!(lanes.insert((net.side, lane, row), number), None, "lane {lane}, row {row}");
        }
    }
    let drawn: usize = layout.nets.iter().map(|net| net.ends.len() - 1).sum();
    assert!(drawn <= request.lines.len());
    layout
}

#[test]
fn nothing_overlaps_however_much_there_is() {
    for count in [0, 1, 2, 3, 12, 30, 100] {
        for (gap, sides) in [(0, 1), (1, 1), (0, 2), (1, 2)] {
            check(&request(&example::bridge(count), gap, sides));
            check(&request(&example::tangle(count), gap, sides));
        }
    }
}

#[test]
fn containers_on_a_bridge_are_connected_by_straight_lines() {
    for sides in [1, 2] {
        let layout = check(&request(&example::bridge(30), 1, sides));
        assert_eq!(layout.lanes, [0, 0]);
        let left = layout.blocks.iter().filter(|placed| placed.side == 1).count();
        assert_eq!(left, if sides == 2 { 15 } else { 0 });
    }
}

#[test]
fn what_is_connected_is_on_one_side() {
    let request = request(&example::tangle(12), 1, 2);
    let layout = check(&request);
    for edge in &request.lines {
        let sides = [edge.from, edge.to]
            .map(|end| end.namespace.checked_sub(1).map(|block| layout.blocks[block].side));
        if let [Some(one), Some(other)] = sides {
            assert_eq!(one, other);
        }
    }
}
