//! What `ip` prints, as text or as JSON, byte for byte: one buffer, and no allocation for a field.

#![expect(
    clippy::inline_always,
    reason = "what stands around a value is constant: a store each, or else a call"
)]

mod colour;
#[cfg(test)]
mod tests;
mod text;
mod value;

pub use colour::Colour;
pub use text::Text;
pub use value::{Hex, Ip, Mac, Right, Value};

use crate::cli::ObjectArgs;
use crate::error::Result;
use crate::stdout;

/// Beyond this many bytes the buffer is written out.
const FULL: usize = 1 << 16;

/// How it is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// For people.
    #[default]
    Text,
    /// For people, an object a line: `\` stands where a line would end.
    Oneline,
    /// For programs: `-json`.
    Json,
    /// For programs that people look at: `-json -pretty`.
    Pretty,
}

impl Form {
    /// The form that the flags ask for. `--pretty` and `--oneline` say nothing to JSON and text each.
    pub fn of(arguments: &ObjectArgs) -> Self {
        match (arguments.json, arguments.pretty, arguments.oneline) {
            (true, true, _) => Self::Pretty,
            (true, false, _) => Self::Json,
            (false, _, true) => Self::Oneline,
            (false, _, false) => Self::Text,
        }
    }
}

/// What is printed, in the making. As `ip` does, the same calls make text and JSON: what belongs to one of them only is
/// left out of the other.
#[derive(Debug)]
pub struct Output {
    bytes: Text,
    form: Form,
    /// How many JSON objects and arrays are open.
    depth: usize,
    /// Whether something stands before, within the innermost of them.
    follows: bool,
    /// Whether colours are bold; `None` where there are none.
    bold: Option<bool>,
    /// How much is written out, in writes.
    written: u32,
}

/// A place in an output, to go back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    written: u32,
    length: usize,
    follows: bool,
}

impl Output {
    /// Nothing yet.
    pub const fn new(form: Form) -> Self {
        Self { bytes: Text::new(), form, depth: 0, follows: false, bold: None, written: 0 }
    }

    /// Nothing yet, in the form and with the colours that the flags ask for.
    pub fn of(arguments: &ObjectArgs) -> Self {
        Self { bold: colour::wanted(arguments), ..Self::new(Form::of(arguments)) }
    }

    /// What `fill` puts is of this colour.
    pub fn coloured(&mut self, colour: Option<Colour>, fill: impl FnOnce(&mut Self)) {
        let Some((colour, bold)) = colour.zip(self.bold) else { return fill(self) };
        self.bytes.put(colour.begin(bold).as_bytes());
        fill(self);
        self.bytes.put(colour::END.as_bytes());
    }

    /// As [`field`](Output::field), in a colour but for `before`.
    #[inline(always)]
    pub fn colour(&mut self, colour: Colour, key: &str, (before, after): (&str, &str), value: impl Value) {
        self.text(before);
        self.coloured(Some(colour), |out| out.field(key, ("", after), value));
    }

    /// Whether it is for programs.
    pub const fn is_json(&self) -> bool {
        matches!(self.form, Form::Json | Form::Pretty)
    }

    /// Puts `value` into the text.
    #[inline(always)]
    pub fn text(&mut self, value: impl Value) {
        if !self.is_json() {
            value.put(&mut self.bytes);
        }
    }

    /// Puts what `fill` puts into the text at the left of a column of `width` bytes, and a space behind it.
    pub fn column(&mut self, width: usize, fill: impl FnOnce(&mut Self)) {
        let start = self.bytes.length();
        fill(self);
        if !self.is_json() {
            self.bytes.fill(start + width, b' ');
            self.bytes.push(b' ');
        }
    }

    /// Ends a line within the text of an object.
    pub fn newline(&mut self) {
        match self.form {
            Form::Text => self.bytes.push(b'\n'),
            Form::Oneline => self.bytes.push(b'\\'),
            Form::Json | Form::Pretty => {}
        }
    }

    /// Ends the text of an object, and writes out what there is when it is much.
    ///
    /// # Errors
    /// write(2)'s.
    pub fn end_line(&mut self) -> Result<()> {
        if !self.is_json() {
            self.bytes.push(b'\n');
        }
        self.write_if_full()
    }

    /// Puts `value` into the JSON, named `key`.
    #[inline(never)]
    pub fn json(&mut self, key: &str, value: impl Value) {
        if self.is_json() {
            self.key(key);
            value.put_json(&mut self.bytes);
        }
    }

    /// Puts `value` into the JSON, named `key`, and into the text, between `before` and `after`.
    #[inline(always)]
    pub fn field(&mut self, key: &str, (before, after): (&str, &str), value: impl Value) {
        if self.is_json() {
            self.json(key, value);
        } else {
            self.between((before, after), value);
        }
    }

    /// Says in the JSON that `key` is true, and in the text what stands for it.
    pub fn flag(&mut self, key: &str, text: &str) {
        self.json(key, true);
        self.text(text);
    }

    /// Puts `value` into the JSON array that is open, and into the text between `before` and `after`.
    pub fn element(&mut self, (before, after): (&str, &str), value: impl Value) {
        if self.is_json() {
            self.separate();
            value.put_json(&mut self.bytes);
        } else {
            self.between((before, after), value);
        }
    }

    /// A JSON object around what `fill` puts, named `key` where it is a field and no element. The text is `fill`'s alone.
    pub fn object<T>(&mut self, key: Option<&str>, fill: impl FnOnce(&mut Self) -> T) -> T {
        if !self.is_json() {
            return fill(self);
        }
        self.open(key, b'{');
        let filled = fill(self);
        self.depth -= 1;
        if self.follows {
            self.indent();
        }
        self.bytes.push(b'}');
        self.follows = true;
        filled
    }

    /// A JSON array around what `fill` puts, likewise.
    pub fn array<T>(&mut self, key: Option<&str>, fill: impl FnOnce(&mut Self) -> T) -> T {
        if !self.is_json() {
            return fill(self);
        }
        self.open(key, b'[');
        if self.form == Form::Pretty {
            self.bytes.push(b' ');
        }
        let filled = fill(self);
        self.depth -= 1;
        if self.form == Form::Pretty && self.follows {
            self.bytes.push(b' ');
        }
        self.bytes.push(b']');
        self.follows = true;
        filled
    }

    /// The whole of a command's output: an array of what `fill` puts, and a line's end behind it; then it is written.
    ///
    /// # Errors
    /// Those of `fill`, with what came before them written out if there was something, and write(2)'s.
    pub fn list(mut self, fill: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let mut nothing = false;
        let filled = self.array(None, |out| {
            let start = out.mark();
            let filled = fill(out);
            nothing = filled.is_err() && out.mark() == start;
            filled
        });
        if nothing {
            return filled;
        }
        if self.is_json() {
            self.bytes.push(b'\n');
        }
        self.write()?;
        filled
    }

    /// What is there so far.
    #[cfg(test)]
    pub fn so_far(self) -> String {
        String::from_utf8(self.bytes.bytes().to_vec()).expect("text")
    }

    /// Writes out what there is, when it is much.
    ///
    /// # Errors
    /// write(2)'s.
    pub fn write_if_full(&mut self) -> Result<()> {
        if self.bytes.length() < FULL { Ok(()) } else { self.write() }
    }

    /// Where it has come to.
    pub const fn mark(&self) -> Mark {
        Mark { written: self.written, length: self.bytes.length(), follows: self.follows }
    }

    /// Takes back what was put since, with as many objects and arrays open as now. Not what is written out: returns
    /// whether nothing was.
    pub fn back_to(&mut self, mark: Mark) -> bool {
        let kept = mark.written == self.written;
        if kept {
            self.bytes.truncate(mark.length);
            self.follows = mark.follows;
        }
        kept
    }

    fn write(&mut self) -> Result<()> {
        stdout::print(self.bytes.bytes())?;
        self.bytes.truncate(0);
        self.written += 1;
        Ok(())
    }

    #[inline(always)]
    fn between(&mut self, (before, after): (&str, &str), value: impl Value) {
        self.bytes.put(before.as_bytes());
        value.put(&mut self.bytes);
        self.bytes.put(after.as_bytes());
    }

    fn open(&mut self, key: Option<&str>, bracket: u8) {
        match key {
            Some(key) => self.key(key),
            None => self.separate(),
        }
        self.bytes.push(bracket);
        self.depth += 1;
        self.follows = false;
    }

    fn key(&mut self, key: &str) {
        self.separate();
        self.indent();
        self.bytes.push(b'"');
        self.bytes.put(key.as_bytes());
        self.bytes.put(if self.form == Form::Pretty { b"\": " } else { b"\":" });
    }

    fn separate(&mut self) {
        if self.follows {
            self.bytes.push(b',');
        }
        self.follows = true;
    }

    fn indent(&mut self) {
        if self.form == Form::Pretty {
            self.bytes.push(b'\n');
            self.bytes.fill(self.bytes.length() + 4 * self.depth, b' ');
        }
    }
}
