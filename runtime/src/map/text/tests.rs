use super::*;
use crate::map::example;
use crate::map::model::Link;

fn text(map: &Map) -> String {
    draw(map, Style::default())
}

/// Compares with a picture that was looked at.
#[track_caller]
fn same(drawn: &str, golden: &str) {
    assert!(drawn == golden, "drawn:\n{drawn}\nexpected:\n{golden}");
}

#[test]
fn containers_on_a_bridge() {
    same(&text(&example::bridge(2)), include_str!("golden/bridge.txt"));
}

#[test]
fn two_bridges_pairs_macvlans_and_more() {
    same(&text(&example::tangle(2)), include_str!("golden/tangle.txt"));
}

#[test]
fn with_ascii_letters_and_all_details() {
    let drawn = draw(&example::bridge(1), Style { ascii: true, details: true });
    assert!(drawn.is_ascii());
    same(&drawn, include_str!("golden/ascii.txt"));
}

#[test]
fn a_namespace_that_nobody_may_enter_is_drawn_with_the_reason() {
    let mut map = example::bridge(0);
    let problem = Some("Operation not permitted".to_owned());
    map.namespaces.push(crate::map::model::Namespace { problem, ..example::named(7, "blue", Vec::new()) });
    same(&text(&map), include_str!("golden/problem.txt"));
}

#[test]
fn nothing_is_drawn_over_anything_else() {
    for count in [0, 1, 3, 12, 30, 100] {
        for map in [example::bridge(count), example::tangle(count)] {
            let drawn = text(&map);
            // Each name and address is there as often as the picture has it, so nothing hides one.
            for link in map.namespaces.iter().flat_map(|namespace| &namespace.links) {
                assert!(drawn.contains(&link.name), "{}", link.name);
                for address in &link.addresses {
                    assert!(drawn.contains(&address.to_string()), "{address}");
                }
            }
            // Each end of a line at another box is joined to its edge.
            let far = map.edges.iter().flat_map(|edge| [edge.from, edge.to]).filter(|end| end.namespace > 0);
            let far: std::collections::BTreeSet<_> = far.collect();
            assert_eq!(drawn.matches('┤').count(), far.len());
        }
    }
}

#[test]
fn a_name_cannot_act_on_the_terminal() {
    let mut map = example::bridge(1);
    map.namespaces[1].links[1] =
        Link { alias: Some("\x1b]0;x\x07".into()), ..example::link(2, "e\x1b[2J", "veth", &[]) };
    let drawn = draw(&map, Style { ascii: false, details: true });
    assert!(!drawn.chars().any(|letter| letter.is_control() && letter != '\n'), "{drawn:?}");
    assert!(drawn.contains("e\\u{1b}[2J"));
}
