use super::*;
use crate::map::example;

fn text(map: &Map) -> String {
    draw(map, Style::default())
}

#[test]
fn show() {
    println!("{}", text(&example::bridge(3)));
    println!("{}", text(&example::tangle(3)));
    println!("{}", draw(&example::tangle(2), Style { ascii: true, details: true }));
}
