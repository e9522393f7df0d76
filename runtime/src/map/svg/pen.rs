//! Elements of SVG as text.

use std::fmt::Write;

use crate::map::label::columns;

/// Pixels of four letters in a row, in a monospaced font of 12 pixels: 0.6 of its size for one, and a little more, as
/// fonts differ.
const FOUR: usize = 29;

/// Pixels that `text` is wide.
pub(super) fn width(text: &str) -> usize {
    (columns(text) * FOUR).div_ceil(4)
}

/// Text as it may stand in an element or in an attribute. What XML forbids has been made visible before.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Which side of a place a text is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    End,
}

/// What has been drawn so far.
#[derive(Debug, Default)]
pub(super) struct Pen(pub(super) String);

impl Pen {
    /// Begins a group that a browser tells about when it is pointed at.
    pub(super) fn open(&mut self, class: &str, told: &str) {
        let told = if told.is_empty() { String::new() } else { format!("<title>{}</title>", escaped(told)) };
        self.put(format_args!("<g class=\"{class}\">{told}\n"));
    }

    /// Ends it.
    pub(super) fn close(&mut self) {
        self.0.push_str("</g>\n");
    }

    /// A box with round corners.
    pub(super) fn rect(
        &mut self,
        class: &str,
        (x, y): (usize, usize),
        (w, h): (usize, usize),
        radius: usize,
    ) {
        self.put(format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"{radius}\"/>\n"
        ));
    }

    /// Text; `y` is the middle of its letters.
    pub(super) fn text(&mut self, class: &str, (x, y): (usize, usize), anchor: Anchor, text: &str) {
        let anchor = if anchor == Anchor::End { " text-anchor=\"end\"" } else { "" };
        let y = y + 4;
        // Behind two blanks follows what is said of an address.
        let text = match text.split_once("  ") {
            Some((first, rest)) => {
                format!("{}<tspan class=\"note\" dx=\"12\">{}</tspan>", escaped(first), escaped(rest))
            }
            None => escaped(text),
        };
        self.put(format_args!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\"{anchor}>{text}</text>\n"));
    }

    /// A path.
    pub(super) fn path(&mut self, class: &str, path: &str) {
        self.put(format_args!("<path class=\"{class}\" d=\"{path}\"/>\n"));
    }

    /// A dot.
    pub(super) fn dot(&mut self, class: &str, (x, y): (usize, usize), radius: usize) {
        self.put(format_args!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>\n"));
    }

    fn put(&mut self, arguments: std::fmt::Arguments<'_>) {
        // A String takes all that is written to it.
        let _ = self.0.write_fmt(arguments);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_xml_is_escaped() {
        assert_eq!(escaped("<a b=\"c\" d='e'>&"), "&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;");
    }
}
