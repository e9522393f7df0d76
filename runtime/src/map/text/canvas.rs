//! Letters in rows and columns, with lines that join where they meet.

use crate::map::label::columns;

/// The directions in which a line leaves a cell.
const UP: u8 = 1;
const DOWN: u8 = 2;
pub(super) const LEFT: u8 = 4;
pub(super) const RIGHT: u8 = 8;

/// How lines look, by the directions in which they leave a cell.
const UNICODE: [char; 16] = [' ', '│', '│', '│', '─', '╯', '╮', '┤', '─', '╰', '╭', '├', '─', '┴', '┬', '┼'];
const ASCII: [char; 16] = [' ', '|', '|', '|', '-', '\'', '.', '+', '-', '\'', '.', '+', '-', '+', '+', '+'];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    Line(u8),
    Letter(char),
    /// The right half of a wide letter.
    Half,
}

/// What is drawn on.
#[derive(Debug, Default)]
pub(super) struct Canvas(Vec<Vec<Cell>>);

impl Canvas {
    fn at(&mut self, row: usize, column: usize) -> &mut Cell {
        if self.0.len() <= row {
            self.0.resize(row + 1, Vec::new());
        }
        let cells = &mut self.0[row];
        if cells.len() <= column {
            cells.resize(column + 1, Cell::Line(0));
        }
        &mut cells[column]
    }

    /// Writes text, over whatever is there.
    pub(super) fn write(&mut self, row: usize, column: usize, text: &str) {
        let mut at = column;
        for letter in text.chars() {
            *self.at(row, at) = Cell::Letter(letter);
            let width = columns(letter.encode_utf8(&mut [0; 4]));
            for half in 1..width {
                *self.at(row, at + half) = Cell::Half;
            }
            at += width;
        }
    }

    /// Adds directions to a cell.
    pub(super) fn join(&mut self, row: usize, column: usize, directions: u8) {
        let cell = self.at(row, column);
        if let Cell::Line(there) = cell {
            *there |= directions;
        }
    }

    /// A line from one column to another.
    pub(super) fn across(&mut self, row: usize, from: usize, to: usize) {
        for column in from..to {
            self.join(row, column, RIGHT);
            self.join(row, column + 1, LEFT);
        }
    }

    /// A line from one row to another.
    pub(super) fn down(&mut self, column: usize, from: usize, to: usize) {
        for row in from..to {
            self.join(row, column, DOWN);
            self.join(row + 1, column, UP);
        }
    }

    /// A box, with a title in its upper edge. `width` and `height` are those of the whole.
    pub(super) fn frame(
        &mut self,
        (row, column): (usize, usize),
        (width, height): (usize, usize),
        title: &str,
    ) {
        let (bottom, right) = (row + height - 1, column + width - 1);
        self.across(row, column, right);
        self.across(bottom, column, right);
        self.down(column, row, bottom);
        self.down(right, row, bottom);
        self.write(row, column + 2, &format!(" {title} "));
    }

    /// All lines, without blanks at their ends.
    pub(super) fn print(&self, ascii: bool) -> String {
        let look = if ascii { ASCII } else { UNICODE };
        let mut text = String::new();
        for cells in &self.0 {
            let letters = cells.iter().filter_map(|cell| match cell {
                Cell::Line(directions) => Some(look[usize::from(*directions)]),
                Cell::Letter(letter) if ascii && !letter.is_ascii() => Some('?'),
                Cell::Letter(letter) => Some(*letter),
                Cell::Half => None,
            });
            let line: String = letters.collect();
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}
