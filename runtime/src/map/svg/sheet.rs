//! How everything looks, by day and by night, and what the marks mean.

use super::geometry::{CHIP, MARGIN, ROW};
use super::pen::{Anchor, Pen, width};

/// Without variables, which not every program knows that shows SVG.
pub(super) const STYLE: &str = "
text { font: 12px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #1f2933; }
.sheet { fill: #f7f8fa; }
.frame { fill: #ffffff; stroke: #9aa5b1; stroke-width: 1.5; }
.host > .frame { fill: #fbfcfe; stroke: #52606d; }
.container > .frame { fill: #f0f7ff; stroke: #4a90d9; }
.named > .frame { fill: #f1faf3; stroke: #57a773; }
.name { font-weight: 700; font-size: 13px; }
.badge { fill: #e4e7eb; }
.container > .badge { fill: #d3e6fb; }
.named > .badge { fill: #d5efdc; }
.role { font-size: 11px; fill: #52606d; }
.body { fill: #ffffff; stroke: #627d98; stroke-width: 1.2; }
.chip.loopback > .body { stroke: #b8c2cc; }
.chip.tap > .body { stroke: #9c6ade; fill: #f7f2ff; }
.chip.bridge > .body { fill: #ffe8b8; stroke: #c98a10; }
.chip.down > .body { stroke-dasharray: 3 2; stroke: #c0392b; }
.note { fill: #616e7c; font-size: 11px; }
.wire, .port, .arrow { fill: none; stroke: #2f80c2; stroke-width: 2; }
.port { stroke: #c98a10; }
.upper { stroke: #9c6ade; stroke-dasharray: 6 3; }
.wire.down { stroke: #c0392b; stroke-dasharray: 3 3; }
.halo { fill: none; stroke: #f7f8fa; stroke-width: 7; }
.bridge { fill: #e6a523; }
.stem { fill: #9c6ade; }
.plug { fill: #2f80c2; }
.arrow { stroke: #2c8a4b; }
.head { fill: #2c8a4b; }
.published > .link { fill: #1e6b38; font-weight: 700; }
@media (prefers-color-scheme: dark) {
text { fill: #e4e7eb; }
.sheet { fill: #14181d; }
.frame { fill: #1d232a; stroke: #616e7c; }
.host > .frame { fill: #1a2027; stroke: #9aa5b1; }
.container > .frame { fill: #16263a; stroke: #4a90d9; }
.named > .frame { fill: #16291d; stroke: #57a773; }
.badge { fill: #323f4b; }
.container > .badge { fill: #20436b; }
.named > .badge { fill: #22492f; }
.role { fill: #cbd2d9; }
.body { fill: #232b34; stroke: #9fb3c8; }
.chip.loopback > .body { stroke: #52606d; }
.chip.tap > .body { fill: #2d2440; stroke: #b794f4; }
.chip.bridge > .body { fill: #5a4108; stroke: #e6a523; }
.chip.down > .body { stroke: #ff7b6b; }
.note { fill: #a3afbd; }
.wire, .plug { stroke: #58a6e6; }
.port { stroke: #e6a523; }
.upper { stroke: #b794f4; }
.wire.down { stroke: #ff7b6b; }
.halo { stroke: #14181d; }
.plug { fill: #58a6e6; stroke: none; }
.arrow { stroke: #5fd38a; }
.head { fill: #5fd38a; }
.published > .link { fill: #7ee2a8; }
}
";

/// Height of the legend.
pub(super) const LEGEND: usize = ROW * 2;

/// Draws what the marks mean, in one line below the picture; returns where that ends.
pub(super) fn legend(pen: &mut Pen, y: usize) -> usize {
    let mut x = MARGIN;
    let mut item = |pen: &mut Pen, text: &str, mark: &dyn Fn(&mut Pen, usize)| {
        mark(pen, x);
        pen.text("note", (x + 38, y), Anchor::Start, text);
        x += 38 + width(text) + 18;
    };
    let chip = |pen: &mut Pen, x: usize, class: &str| {
        pen.open(class, "");
        pen.rect("body", (x, y - CHIP / 2), (30, CHIP), 5);
        pen.close();
    };
    let line = |pen: &mut Pen, x: usize, class: &str| pen.path(class, &format!("M{x} {y}h30"));
    item(pen, "link", &|pen, x| chip(pen, x, "chip up"));
    item(pen, "down", &|pen, x| chip(pen, x, "chip down"));
    item(pen, "bridge", &|pen, x| chip(pen, x, "chip bridge up"));
    item(pen, "port of a bridge", &|pen, x| line(pen, x, "port"));
    item(pen, "pair", &|pen, x| line(pen, x, "wire"));
    item(pen, "lies on", &|pen, x| line(pen, x, "wire upper"));
    item(pen, "published port", &|pen, x| {
        line(pen, x, "arrow");
        pen.path("head", &format!("M{} {}l7 5l-7 5z", x + 26, y - 5));
    });
    x
}
