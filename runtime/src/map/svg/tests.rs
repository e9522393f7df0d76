use super::pen::width;
use super::*;
use crate::map::example;
use crate::map::model::{Container, Link, Name};

/// An element, of which each stands in a line of its own.
struct Element<'a>(&'a str);

impl<'a> Element<'a> {
    fn attribute(&self, name: &str) -> Option<&'a str> {
        self.0.split_once(&format!(" {name}=\""))?.1.split('"').next()
    }

    fn number(&self, name: &str) -> usize {
        self.attribute(name)
            .and_then(|value| value.parse().ok())
            .unwrap_or_else(|| panic!("{name}: {}", self.0))
    }

    /// Left, upper, right and lower edge.
    fn rect(&self) -> [usize; 4] {
        let [x, y, width, height] = ["x", "y", "width", "height"].map(|name| self.number(name));
        [x, y, x + width, y + height]
    }

    /// The words of a text, and from where to where they reach.
    fn words(&self) -> (String, usize, usize) {
        let inner = self.0.split_once('>').expect("text").1.trim_end_matches("</text>");
        let mut words = String::new();
        for (number, part) in inner.split('<').enumerate() {
            words.push_str(if number == 0 { part } else { part.split_once('>').expect("a tag").1 });
        }
        let words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let (x, wide) = (self.number("x"), width(&words));
        if self.attribute("text-anchor") == Some("end") { (words, x - wide, x) } else { (words, x, x + wide) }
    }
}

fn elements<'a>(svg: &'a str, name: &str, class: &str) -> Vec<Element<'a>> {
    let start = format!("<{name} class=\"{class}\"");
    svg.lines().filter(|line| line.starts_with(&start)).map(Element).collect()
}

fn overlap([x1, y1, x2, y2]: [usize; 4], [x3, y3, x4, y4]: [usize; 4]) -> bool {
    x1 < x4 && x3 < x2 && y1 < y4 && y3 < y2
}

fn check(map: &Map, details: bool) {
    let svg = draw(map, details);
    let page = Element(svg.lines().find(|line| line.starts_with("<svg")).expect("an svg"));
    let (page_width, page_height) = (page.number("width"), page.number("height"));
    let frames: Vec<_> = elements(&svg, "rect", "frame").iter().map(Element::rect).collect();
    let chips: Vec<_> = elements(&svg, "rect", "body").iter().map(Element::rect).collect();
    assert_eq!(frames.len(), map.namespaces.len());
    for list in [&frames, &chips] {
        for (number, one) in list.iter().enumerate() {
            assert!(one[2] <= page_width && one[3] <= page_height, "{one:?} is not on the page");
            let other = list[..number].iter().find(|other| overlap(*one, **other));
            assert_eq!(other, None, "overlaps with {one:?}");
        }
    }
    let links: usize = map.namespaces.iter().map(|namespace| namespace.links.len()).sum();
    let within = |chip: &&[usize; 4]| {
        let holds = |frame: &[usize; 4]| {
            frame[0] <= chip[0] && chip[2] <= frame[2] && frame[1] <= chip[1] && chip[3] <= frame[3]
        };
        frames.iter().any(holds)
    };
    assert_eq!(chips.iter().filter(within).count(), links, "each link lies in a box");
    for class in ["address", "note", "link", "name"] {
        for text in elements(&svg, "text", class) {
            let (words, from, to) = text.words();
            assert!(to <= page_width && from < to, "{words}");
            // No box's edge passes through the words, and no link covers them.
            let y = text.number("y") - 4;
            let around = |frame: &&[usize; 4]| frame[1] < y && y < frame[3];
            for frame in frames.iter().filter(around) {
                assert!([frame[0], frame[2]].iter().all(|edge| *edge <= from || to <= *edge), "{words}");
            }
            let covering = chips.iter().filter(|chip| class != "link" && chip[1] < y && y < chip[3]);
            for chip in covering {
                assert!(to <= chip[0] || chip[2] <= from, "{words} and a link");
            }
        }
    }
    for address in map.namespaces.iter().flat_map(|it| &it.links).flat_map(|link| &link.addresses) {
        assert!(svg.contains(&address.to_string()), "{address}");
    }
}

#[test]
fn boxes_links_and_words_have_places_of_their_own() {
    for count in [0, 1, 3, 5, 12, 30, 100] {
        for details in [false, true] {
            check(&example::bridge(count), details);
            check(&example::tangle(count), details);
        }
    }
}

#[test]
fn a_published_port_is_an_arrow_from_outside() {
    for count in [1, 12] {
        let svg = draw(&example::bridge(count), false);
        let outside =
            elements(&svg, "text", "link").iter().map(Element::words).find(|(words, ..)| words == ":8080");
        let (_, from, to) = outside.expect("the port");
        let frames: Vec<_> = elements(&svg, "rect", "frame").iter().map(Element::rect).collect();
        assert!(frames.iter().all(|frame| to < frame[0] || frame[2] < from));
        assert_eq!(elements(&svg, "path", "arrow").len(), 2, "one, and one in the legend");
    }
}

#[test]
fn what_people_write_stays_text() {
    let mut map = example::bridge(1);
    let evil = "</text><script>&\"'\x1b[2J\u{202e}";
    map.namespaces[1].names = vec![Name::Container(evil.into())];
    map.namespaces[1].containers =
        vec![Container { name: Some(evil.into()), ..map.namespaces[1].containers[0].clone() }];
    map.namespaces[1].links[1] = Link { alias: Some(evil.into()), ..example::link(2, evil, "veth", &[]) };
    let svg = draw(&map, true);
    assert!(!svg.contains("<script>") && !svg.contains('\x1b') && !svg.contains('\u{202e}'));
    assert!(svg.contains("&lt;/text&gt;&lt;script&gt;&amp;&quot;&apos;\\u{1b}[2J"));
}

#[test]
fn a_line_that_packets_do_not_pass_looks_so() {
    let mut map = example::bridge(2);
    assert!(elements(&draw(&map, false), "path", "wire down").is_empty());
    map.namespaces[1].links[1].up = false;
    // Three pieces: between the boxes, and in each of them.
    assert_eq!(elements(&draw(&map, false), "path", "wire down").len(), 3);
}
