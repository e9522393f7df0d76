//! A part of the picture: some namespaces, and what they are connected to.

use std::collections::BTreeSet;

use netlink_raw::kernel::{AF_INET, AF_UNSPEC};

use super::model::{Edge, EdgeKind, End, Id, Map, Namespace};

/// What is left of `map` if it is only about some namespaces: all of their links, what is at the other ends of those, and
/// the bridges and lower links behind; not what else is connected to these. All of it if it is about none.
pub fn about(map: Map, wanted: &[Id]) -> Map {
    if wanted.is_empty() {
        return map;
    }
    let kept = kept(&map, wanted);
    let places: BTreeSet<usize> = kept.iter().map(|end| end.namespace).collect();
    let stays = |place: usize, it: &Namespace| places.contains(&place) || wanted.contains(&it.id);
    let mut moved = vec![None; map.namespaces.len()];
    let mut part = Map::default();
    for (place, mut namespace) in map.namespaces.into_iter().enumerate() {
        if !stays(place, &namespace) {
            continue;
        }
        moved[place] = Some(part.namespaces.len());
        if !wanted.contains(&namespace.id) {
            let before = namespace.links.len();
            namespace.links.retain(|link| kept.contains(&End { namespace: place, index: link.index }));
            namespace.hidden = before - namespace.links.len();
            let there: Vec<u32> = namespace.links.iter().map(|link| link.index).collect();
            let through = |index: Option<u32>| index.is_some_and(|index| there.contains(&index));
            namespace.routes.retain(|route| route.hops.iter().any(|(_, device)| through(*device)));
        }
        part.namespaces.push(namespace);
    }
    let end = |end: End| moved[end.namespace].map(|namespace| End { namespace, ..end });
    let edges = map.edges.iter().filter(|edge| kept.contains(&edge.from) && kept.contains(&edge.to));
    part.edges =
        edges.filter_map(|edge| Some(Edge { from: end(edge.from)?, to: end(edge.to)?, ..*edge })).collect();
    for link in part.namespaces.iter_mut().flat_map(|namespace| &mut namespace.links) {
        if let Some(lost) = &mut link.lost {
            lost.namespace = lost.namespace.and_then(|place| moved[place]);
        }
    }
    part
}

/// `map` without what is of another family than this, `AF_UNSPEC` for all: addresses and routes.
pub fn only(mut map: Map, family: u8) -> Map {
    if family == AF_UNSPEC {
        return map;
    }
    for namespace in &mut map.namespaces {
        namespace.routes.retain(|route| route.family == family);
        for link in &mut namespace.links {
            link.addresses.retain(|address| address.address.is_ipv4() == (family == AF_INET));
        }
    }
    map
}

fn kept(map: &Map, wanted: &[Id]) -> BTreeSet<End> {
    let mut kept = BTreeSet::new();
    let mut met = Vec::new();
    for (namespace, it) in map.namespaces.iter().enumerate().filter(|(_, it)| wanted.contains(&it.id)) {
        for link in &it.links {
            let end = End { namespace, index: link.index };
            kept.insert(end);
            met.extend(map.edges_of(end).map(|(_, other)| other));
        }
    }
    while let Some(end) = met.pop() {
        if !kept.insert(end) {
            continue;
        }
        let master = map.link(end).and_then(|link| link.master);
        met.extend(master.map(|index| End { index, ..end }).filter(|master| map.link(*master).is_some()));
        let lower = map.edges.iter().filter(|edge| edge.kind == EdgeKind::Upper && edge.from == end);
        met.extend(lower.map(|edge| edge.to));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::example;

    #[test]
    fn a_container_is_drawn_with_the_bridge_that_it_is_on() {
        let whole = example::bridge(3);
        let id = whole.namespaces[2].id;
        let part = about(whole, &[id]);
        let titles: Vec<String> = part.namespaces.iter().map(Namespace::title).collect();
        assert_eq!(titles, ["host", "c2"]);
        let names: Vec<&str> = part.namespaces[0].links.iter().map(|link| link.name.as_str()).collect();
        assert_eq!(names, ["pontoon0", "veth2"]);
        assert_eq!(part.namespaces[0].hidden, 4);
        assert_eq!(part.edges.len(), 1);
        assert_eq!(part.edges[0].to.namespace, 1);
    }

    #[test]
    fn one_family_is_drawn_without_the_other() {
        let whole = example::bridge(2);
        let four = only(whole.clone(), AF_INET);
        let addresses = |map: &Map| -> Vec<bool> {
            let links = map.namespaces.iter().flat_map(|namespace| &namespace.links);
            links.flat_map(|link| &link.addresses).map(|address| address.address.is_ipv4()).collect()
        };
        assert!(!addresses(&four).is_empty() && addresses(&four).iter().all(|four| *four));
        assert_eq!(only(whole.clone(), AF_UNSPEC), whole);
    }

    #[test]
    fn all_is_drawn_where_nothing_is_named() {
        assert_eq!(about(example::bridge(2), &[]), example::bridge(2));
    }
}
