//! The picture for Graphviz: a cluster for each namespace, a node for each link.
//!
//! Source: the DOT language, <https://graphviz.org/doc/info/lang.html>.

use std::fmt::Write;

use super::label::{Detail, of_link, ports, rest, routes, shown};
use super::model::{Edge, EdgeKind, End, Link, Map, Namespace};

const HEAD: &str = "graph map {
  graph [rankdir=LR, compound=true, fontname=\"monospace\", fontsize=12, nodesep=0.15, ranksep=1.2]
  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"monospace\", fontsize=10, height=0.3]
  edge [fontname=\"monospace\", fontsize=9, color=\"#2f80c2\"]
";

/// Draws it.
pub fn draw(map: &Map, details: bool) -> String {
    let detail = Detail { all: details, arrow: "→" };
    let mut text = HEAD.to_owned();
    for (place, namespace) in map.namespaces.iter().enumerate() {
        cluster(&mut text, place, namespace, detail);
    }
    for (place, namespace) in map.namespaces.iter().enumerate() {
        for link in &namespace.links {
            let master = link.master.filter(|master| namespace.link(*master).is_some());
            if let Some(master) = master {
                let [from, to] = [master, link.index].map(|index| node(End { namespace: place, index }));
                line(&mut text, &format!("{from} -- {to} [color=\"#c98a10\", label=\"port\"]"));
            }
        }
        published(&mut text, place, namespace);
    }
    for edge in &map.edges {
        line(&mut text, &drawn(edge, map));
    }
    text.push_str("}\n");
    text
}

fn line(text: &mut String, line: &str) {
    // A String takes all that is written to it.
    let _ = writeln!(text, "  {line}");
}

/// A label; a line's end in it begins a new line. Graphviz takes `&lt;` for `<`, as HTML does.
fn quoted(text: &str) -> String {
    format!(
        "\"{}\"",
        text.replace('&', "&amp;").replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
    )
}

fn node(end: End) -> String {
    format!("\"{}/{}\"", end.namespace, end.index)
}

fn cluster(text: &mut String, place: usize, namespace: &Namespace, detail: Detail) {
    let role = namespace.role();
    let mut label = vec![shown(&namespace.title())];
    label.extend((!role.is_empty()).then_some(role));
    label.extend(namespace.problem.iter().map(|problem| format!("can't be looked into: {problem}")));
    label.extend((namespace.hidden > 0).then(|| format!("links not shown: {}", namespace.hidden)));
    label.extend(routes(namespace, detail));
    line(text, &format!("subgraph \"cluster_{place}\" {{"));
    let color = if namespace.containers.is_empty() { "#f4f6f8" } else { "#f0f7ff" };
    let label = quoted(&label.join("\n"));
    line(text, &format!("  label={label}; labeljust=l; style=\"rounded,filled\"; fillcolor=\"{color}\""));
    for link in &namespace.links {
        let mut words = vec![shown(&link.name)];
        words.extend(of_link(link, namespace, detail));
        let node = node(End { namespace: place, index: link.index });
        let (label, tooltip) = (quoted(&words.join("\n")), quoted(&rest(link).join("\n")));
        line(text, &format!("  {node} [label={label}, tooltip={tooltip}{}]", look(link)));
    }
    if namespace.links.is_empty() {
        line(text, &format!("  \"{place}/\" [label=\"\", shape=point, style=invis]"));
    }
    line(text, "}");
}

fn look(link: &Link) -> &'static str {
    match (link.is_bridge(), link.passes()) {
        (true, true) => ", fillcolor=\"#ffe8b8\"",
        (true, false) => ", fillcolor=\"#ffe8b8\", style=\"filled,dashed\"",
        (false, true) => "",
        (false, false) => ", style=\"rounded,filled,dashed\"",
    }
}

fn published(text: &mut String, place: usize, namespace: &Namespace) {
    let Some(first) = namespace.links.iter().find(|link| link.kind != "loopback") else { return };
    for (number, (outside, inside)) in ports(namespace).iter().enumerate() {
        let from = format!("\"published {place}/{number}\"");
        let to = node(End { namespace: place, index: first.index });
        line(text, &format!("{from} [shape=plaintext, style=\"\", label={}]", quoted(outside)));
        let label = quoted(inside);
        line(
            text,
            &format!(
                "{from} -- {to} [dir=forward, color=\"#2c8a4b\", lhead=\"cluster_{place}\", label={label}]"
            ),
        );
    }
}

fn drawn(edge: &Edge, map: &Map) -> String {
    let (from, to) = (node(edge.from), node(edge.to));
    match edge.kind {
        EdgeKind::Pair => {
            let passes = [edge.from, edge.to].iter().filter_map(|end| map.link(*end)).all(Link::passes);
            let style = if passes { "" } else { ", style=dashed, color=\"#c0392b\"" };
            format!("{from} -- {to} [label=\"pair\"{style}]")
        }
        EdgeKind::Upper => {
            let kind = map.link(edge.from).map_or("", |link| link.kind.as_str());
            format!("{from} -- {to} [style=dashed, color=\"#9c6ade\", label={}]", quoted(&shown(kind)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::example;

    /// Reads one statement after another as the language has them; returns what follows the last. Enough of the language for
    /// what is written here: attribute statements, nodes, edges and subgraphs, with quoted or plain names.
    fn statements(mut rest: &str) -> &str {
        loop {
            rest = rest.trim_start_matches([' ', '\n', ';']);
            if rest.starts_with('}') {
                return rest;
            }
            if let Some(body) = rest.strip_prefix("subgraph ") {
                let body = name(body).trim_start().strip_prefix('{').expect("a body");
                rest = statements(body).strip_prefix('}').expect("its end");
                continue;
            }
            rest = name(rest).trim_start();
            if let Some(value) = rest.strip_prefix('=') {
                rest = name(value);
                continue;
            }
            if let Some(other) = rest.strip_prefix("-- ") {
                rest = name(other).trim_start();
            }
            if let Some(mut list) = rest.strip_prefix('[') {
                while !list.starts_with(']') {
                    list =
                        name(name(list).strip_prefix('=').expect("a value")).trim_start_matches([',', ' ']);
                }
                rest = &list[1..];
            }
        }
    }

    fn name(text: &str) -> &str {
        let Some(quoted) = text.strip_prefix('"') else {
            let end = text.find(|letter: char| !(letter.is_alphanumeric() || "._".contains(letter)));
            let end = end.unwrap_or(text.len());
            assert!(end > 0, "a name at {text:?}");
            return &text[end..];
        };
        let mut escaped = false;
        for (at, letter) in quoted.char_indices() {
            match letter {
                '"' if !escaped => return &quoted[at + 1..],
                '\n' => panic!("a line's end in {quoted:?}"),
                _ => escaped = letter == '\\' && !escaped,
            }
        }
        panic!("no end of {quoted:?}");
    }

    #[test]
    fn it_is_a_graph_in_the_language_of_graphviz() {
        let mut map = example::tangle(3);
        map.namespaces[1].links[0].name = "a\"b\\c&lt;\x1b[0m".into();
        for details in [false, true] {
            let text = draw(&map, details);
            let body = text.strip_prefix("graph map {").expect("a graph");
            assert_eq!(statements(body), "}\n");
            assert_eq!(text.matches("subgraph").count(), map.namespaces.len());
            assert!(!text.contains('\x1b'));
            assert!(text.contains(r#"a\"b\\c&amp;lt;\\u{1b}[0m"#), "{text}");
        }
    }
}
