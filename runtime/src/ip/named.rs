//! Numbers that /etc/iproute2 gives names to: tables, protocols, scopes, realms.

use std::cell::OnceCell;
use std::fs;
use std::path::PathBuf;

use crate::ip::output::{Text, Value};
use crate::ip::words;

/// Where iproute2 keeps the names: a number and a name a line.
const DIRECTORY: &str = "/etc/iproute2";

/// The names of one kind of number: those of a file, read when the first is asked for, and those that are known without.
#[derive(Debug)]
pub struct Named {
    file: &'static str,
    known: &'static [(u32, &'static str)],
    numeric: bool,
    read: OnceCell<Vec<(u32, String)>>,
}

impl Named {
    const fn new(file: &'static str, known: &'static [(u32, &'static str)]) -> Self {
        Self { file, known, numeric: false, read: OnceCell::new() }
    }

    /// Of which only numbers are printed, if that is asked for (`-Numeric`).
    #[must_use]
    pub fn numeric(mut self, numeric: bool) -> Self {
        self.numeric = numeric;
        self
    }

    /// Routing tables.
    pub const fn tables() -> Self {
        Self::new("rt_tables", &[(253, "default"), (254, "main"), (255, "local")])
    }

    /// Who makes routes.
    pub const fn protocols() -> Self {
        Self::new(
            "rt_protos",
            &[
                (0, "unspec"),
                (1, "redirect"),
                (2, "kernel"),
                (3, "boot"),
                (4, "static"),
                (8, "gated"),
                (9, "ra"),
                (10, "mrt"),
                (11, "zebra"),
                (12, "bird"),
                (13, "dnrouted"),
                (14, "xorp"),
                (15, "ntk"),
                (16, "dhcp"),
                (18, "keepalived"),
                (42, "babel"),
                (186, "bgp"),
                (187, "isis"),
                (188, "ospf"),
                (189, "rip"),
                (192, "eigrp"),
            ],
        )
    }

    /// How far a destination is.
    pub const fn scopes() -> Self {
        Self::new(
            "rt_scopes",
            &[(0, "global"), (200, "site"), (253, "link"), (254, "host"), (255, "nowhere")],
        )
    }

    /// Realms.
    pub const fn realms() -> Self {
        Self::new("rt_realms", &[(0, "unknown")])
    }

    /// Groups of network devices.
    pub const fn groups() -> Self {
        Self::new("group", &[(0, "default")])
    }

    /// Why a link's protocol is kept down.
    pub const fn proto_down_reasons() -> Self {
        Self::new("protodown_reasons", &[])
    }

    /// Types of service.
    pub const fn services() -> Self {
        Self::new("rt_dsfield", &[(0, "0")])
    }

    /// The name of `number`.
    pub fn name(&self, number: u32) -> Option<&str> {
        if self.numeric {
            return None;
        }
        let read = self.read().iter().rev().find(|(each, _)| *each == number).map(|(_, name)| name.as_str());
        read.or_else(|| self.known.iter().find(|(each, _)| *each == number).map(|(_, name)| *name))
    }

    /// The number that `name` stands for.
    pub fn number(&self, name: &str) -> Option<u32> {
        let read = self.read().iter().find(|(_, each)| each == name).map(|(number, _)| *number);
        read.or_else(|| self.known.iter().find(|(_, each)| *each == name).map(|(number, _)| *number))
    }

    /// As it is printed: the name, or the number.
    pub fn label(&self, number: u32) -> Label<'_> {
        self.name(number).map_or(Label::Number(number), Label::Name)
    }

    fn read(&self) -> &[(u32, String)] {
        self.read.get_or_init(|| {
            let mut files = vec![PathBuf::from(format!("{DIRECTORY}/{}", self.file))];
            let more = fs::read_dir(format!("{DIRECTORY}/{}.d", self.file)).into_iter().flatten().flatten();
            let more = more.map(|entry| entry.path());
            files.extend(more.filter(|path| path.extension().is_some_and(|end| end == "conf")));
            files.iter().flat_map(|file| lines(&fs::read_to_string(file).unwrap_or_default())).collect()
        })
    }
}

fn lines(text: &str) -> Vec<(u32, String)> {
    let entry = |line: &str| {
        let mut words = line.split_whitespace();
        let number = words.next().filter(|word| !word.starts_with('#'))?;
        Some((words::number(number)?, words.next()?.to_owned()))
    };
    text.lines().filter_map(entry).collect()
}

/// A name, or the number that has none. It is text in JSON too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label<'a> {
    /// A name.
    Name(&'a str),
    /// A number, in decimal digits.
    Number(u32),
}

impl Value for Label<'_> {
    fn put(&self, bytes: &mut Text) {
        match self {
            Self::Name(name) => name.put(bytes),
            Self::Number(number) => number.put(bytes),
        }
    }

    fn put_json(&self, bytes: &mut Text) {
        bytes.push(b'"');
        self.put(bytes);
        bytes.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_file_are_numbers_and_names() {
        let read = lines("# names\n255\tlocal\n0x10 low\n#1 not\nx y\n7\n\n 300 mine # rest\n");
        assert_eq!(read, [(255, "local".to_owned()), (16, "low".to_owned()), (300, "mine".to_owned())]);
    }

    #[test]
    fn what_has_no_name_is_its_number() {
        let tables = Named::tables();
        assert_eq!((tables.number("main"), tables.name(255)), (Some(254), Some("local")));
        let mut bytes = Text::new();
        tables.label(4_000_000).put_json(&mut bytes);
        assert_eq!(bytes.bytes(), b"\"4000000\"");
    }
}
