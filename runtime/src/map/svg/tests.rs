use super::*;
use crate::map::example;

#[test]
fn show() {
    for (name, map) in [("b1", example::bridge(1)), ("b3", example::bridge(3)), ("b12", example::bridge(12)), ("b30", example::bridge(30)),("t2", example::tangle(2)),("t8", example::tangle(8))] {
        std::fs::write(format!("/tmp/map-{name}.svg"), draw(&map, false)).unwrap();
    }
}
