//! A page: text, and commands with what they print.

/// A piece of a page, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A line to read.
    Line(&'a str),
    /// Where commands begin, and where they end: a line of Markdown that a terminal need not show.
    Fence(&'a str),
    /// A command to run.
    Step(Step<'a>),
}

/// A command, and what it printed where the page was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step<'a> {
    /// For a shell.
    pub command: &'a str,
    /// Its output, a line each.
    pub printed: Vec<&'a str>,
}

/// What stands before a command, in a block of commands.
pub const PROMPT: &str = "# ";
/// The line that begins a block of commands.
const CONSOLE: &str = "```console";
/// The line that ends one.
const END: &str = "```";

/// The pieces of a page of Markdown.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut within = false;
    for line in text.lines() {
        match (within, line) {
            (false, CONSOLE) | (true, END) => {
                within = !within;
                pieces.push(Piece::Fence(line));
            }
            (false, _) => pieces.push(Piece::Line(line)),
            (true, _) => match (line.strip_prefix(PROMPT), pieces.last_mut()) {
                (Some(command), _) => pieces.push(Piece::Step(Step { command, printed: Vec::new() })),
                (None, Some(Piece::Step(step))) => step.printed.push(line),
                (None, _) => pieces.push(Piece::Line(line)),
            },
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_holds_commands_and_what_they_print() {
        let page = "# Title\n\n```console\n# a b\none\n\ntwo\n# c\n```\n```sh\n# not this\n```\nend";
        let step =
            |command, printed: &[&'static str]| Piece::Step(Step { command, printed: printed.to_vec() });
        assert_eq!(
            pieces(page),
            [
                Piece::Line("# Title"),
                Piece::Line(""),
                Piece::Fence("```console"),
                step("a b", &["one", "", "two"]),
                step("c", &[]),
                Piece::Fence("```"),
                Piece::Line("```sh"),
                Piece::Line("# not this"),
                Piece::Line("```"),
                Piece::Line("end"),
            ]
        );
    }

    #[test]
    fn both_languages_have_the_same_commands_and_outputs() {
        for lab in &super::super::LABS {
            let steps = |text| -> Vec<_> {
                let steps = pieces(text).into_iter().filter(|piece| matches!(piece, Piece::Step(_)));
                steps.collect()
            };
            assert_eq!(steps(lab.english), steps(lab.chinese), "lab {}", lab.name);
            assert!(!steps(lab.english).is_empty(), "lab {}", lab.name);
        }
    }
}
