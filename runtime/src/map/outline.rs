//! What stands in a box, a row for each link, ports below their bridges: what the text and the SVG have in common.

use std::collections::BTreeSet;

use super::label::{Detail, of_link, ports, routes, shown};
use super::model::{Edge, EdgeKind, End, Link, Map, Namespace};

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// What it is called.
    pub title: String,
    /// What it is: `container`.
    pub role: String,
    /// Its links.
    pub rows: Vec<Row>,
    /// What is known of it besides: routes, what is not shown.
    pub foot: Vec<String>,
    /// Published ports: outside, and inside.
    pub ports: Vec<(String, String)>,
}

/// A link in a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The link.
    pub end: End,
    /// Its name.
    pub name: String,
    /// What is said of it: the first line behind its name, the others below.
    pub lines: Vec<String>,
    /// Of each link that this one lies below: whether more of its rows follow.
    pub guides: Vec<bool>,
    /// Whether it is the last of its siblings.
    pub last: bool,
}

impl Row {
    /// How many links it lies below.
    pub const fn depth(&self) -> usize {
        self.guides.len()
    }

    /// How many lines it takes.
    pub fn height(&self) -> usize {
        self.lines.len().max(1)
    }
}

impl Outline {
    /// That of a namespace.
    pub fn of(map: &Map, place: usize, detail: Detail) -> Self {
        let namespace = &map.namespaces[place];
        let mut foot = Vec::new();
        if let Some(problem) = &namespace.problem {
            foot.push(format!("can't be looked into: {problem}"));
        } else if namespace.links.is_empty() {
            foot.push("no links".to_owned());
        }
        match namespace.hidden {
            0 => {}
            1 => foot.push("and 1 more link".to_owned()),
            hidden => foot.push(format!("and {hidden} more links")),
        }
        foot.extend(routes(namespace, detail));
        let ports = ports(namespace);
        let rows = Rows { map, place, namespace, detail, met: BTreeSet::new(), done: Vec::new() }.all();
        Self { title: shown(&namespace.title()), role: namespace.role(), rows, foot, ports }
    }

    /// How many lines its links take.
    pub fn links_height(&self) -> usize {
        self.rows.iter().map(Row::height).sum()
    }
}

/// The edges that are drawn as lines: all but those that a row's place below another one says.
pub fn lines(map: &Map) -> Vec<Edge> {
    map.edges.iter().filter(|edge| !is_told_by_place(map, edge)).copied().collect()
}

fn is_told_by_place(map: &Map, edge: &Edge) -> bool {
    let within = edge.kind == EdgeKind::Upper && edge.from.namespace == edge.to.namespace;
    within && map.link(edge.from).is_some_and(|upper| parent(map, edge.from, upper) == Some(edge.to.index))
}

/// The link that one lies below: its bridge, if it is the port of one, else its lower link.
fn parent(map: &Map, end: End, link: &Link) -> Option<u32> {
    let master = link.master.filter(|index| map.link(End { index: *index, ..end }).is_some());
    master.or_else(|| {
        let lies_on = |edge: &&Edge| edge.kind == EdgeKind::Upper && edge.from == end;
        let lower = map.edges.iter().find(lies_on).map(|edge| edge.to);
        lower
            .filter(|lower| lower.namespace == end.namespace && lower.index != end.index)
            .map(|lower| lower.index)
    })
}

struct Rows<'m> {
    map: &'m Map,
    place: usize,
    namespace: &'m Namespace,
    detail: Detail,
    met: BTreeSet<u32>,
    done: Vec<Row>,
}

impl Rows<'_> {
    fn all(mut self) -> Vec<Row> {
        let parents = self.parents();
        let hub = self.place == 0;
        let mut roots: Vec<&Link> = Vec::new();
        roots.extend(
            self.namespace.links.iter().zip(&parents).filter(|(_, up)| up.is_none()).map(|(link, _)| link),
        );
        // Around the host's own the eye begins at the top, and looks for bridges below; in the other boxes it looks for what
        // is connected.
        roots.sort_by_key(|link| (hub == (link.kind != "loopback"), link.is_bridge(), link.index));
        for root in roots {
            self.put(root, &parents, Vec::new(), true);
        }
        // Two that lie on each other can't be; a list that changed while it was read may say so.
        for link in &self.namespace.links {
            self.put(link, &parents, Vec::new(), true);
        }
        self.done
    }

    fn parents(&self) -> Vec<Option<u32>> {
        let end = |link: &Link| End { namespace: self.place, index: link.index };
        self.namespace.links.iter().map(|link| parent(self.map, end(link), link)).collect()
    }

    fn put(&mut self, link: &Link, parents: &[Option<u32>], guides: Vec<bool>, last: bool) {
        if !self.met.insert(link.index) {
            return;
        }
        let mut lines = of_link(link, self.namespace, self.detail);
        if link.kind == "loopback" && !self.detail.all {
            lines = vec![lines.join(" ")];
        }
        let below = guides.iter().copied().chain([!last]);
        let below: Vec<bool> = below.collect();
        let end = End { namespace: self.place, index: link.index };
        self.done.push(Row { end, name: shown(&link.name), lines, guides, last });
        let others = &self.namespace.links;
        let children = others.iter().zip(parents).filter(|(_, up)| **up == Some(link.index));
        let children: Vec<&Link> = children.map(|(child, _)| child).collect();
        for (number, child) in children.iter().enumerate() {
            self.put(child, parents, below.clone(), number + 1 == children.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::example;

    #[test]
    fn ports_stand_below_their_bridge_and_uppers_below_their_lower_link() {
        let map = example::tangle(2);
        let outline = Outline::of(&map, 0, Detail::default());
        let rows: Vec<(usize, &str, bool)> =
            outline.rows.iter().map(|row| (row.depth(), row.name.as_str(), row.last)).collect();
        assert_eq!(
            rows,
            [
                (0, "lo", true),
                (0, "eth0", true),
                (1, "eth0.7", true),
                (0, "pair0", true),
                (0, "pair1", true),
                (0, "tap0", true),
                (0, "pontoon0", true),
                (1, "veth1", false),
                (1, "veth2", true),
                (0, "br1", true),
                (1, "second1", false),
                (1, "second2", true),
            ]
        );
        // What the VLAN lies on is told by its place, all else is drawn.
        assert_eq!(lines(&map).len(), map.edges.len() - 1);
    }

    #[test]
    fn links_that_lie_on_each_other_are_shown_once() {
        let mut map = example::bridge(0);
        map.namespaces[0].links[1].master = Some(3);
        map.namespaces[0].links[2].master = Some(2);
        assert_eq!(Outline::of(&map, 0, Detail::default()).rows.len(), 3);
    }
}
