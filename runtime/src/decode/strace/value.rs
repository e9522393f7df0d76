//! Values as strace writes them.

use std::fmt;

/// Nests that are read. strace's own go about ten deep.
const DEPTH: usize = 64;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Number(i128),
    /// A string, and whether strace left out the rest of it.
    Text(Vec<u8>, bool),
    /// `RTM_NEWLINK`, `NULL`
    Name(String),
    /// `IFF_UP|IFF_RUNNING`
    Or(Vec<Value>),
    /// `NFNL_SUBSYS_NFTABLES<<8`, `IPV4_DEVCONF_TAG-1`
    Binary(Box<Value>, &'static str, Box<Value>),
    /// `htons(80)`
    Call(String, Vec<Value>),
    /// `02:42:0a:01:00:02`
    Hardware(Vec<u8>),
    /// `{ifi_family=AF_UNSPEC, …}`
    Struct(Vec<(String, Value)>),
    /// `[…]`, and, of older versions, `{…}` without names
    List(Vec<Value>),
    /// `[IPV4_DEVCONF_FORWARDING-1]=0`
    Indexed(Box<Value>, Box<Value>),
    /// `...`
    Elided,
}

impl Value {
    /// The field of a struct.
    pub(super) fn field(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Struct(fields) => fields.iter().find(|(known, _)| known == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// All fields of this name, in whatever struct.
    pub(super) fn find<'a>(&'a self, name: &str, found: &mut Vec<&'a Self>) {
        match self {
            Self::Struct(fields) => fields.iter().for_each(|(known, value)| {
                if known == name {
                    found.push(value);
                } else {
                    value.find(name, found);
                }
            }),
            Self::List(values) => values.iter().for_each(|value| value.find(name, found)),
            _ => {}
        }
    }

    /// Whether this name stands anywhere in it.
    pub(super) fn has_name(&self, name: &str) -> bool {
        match self {
            Self::Name(known) => known == name,
            Self::Or(values) | Self::List(values) => values.iter().any(|value| value.has_name(name)),
            Self::Struct(fields) => fields.iter().any(|(_, value)| value.has_name(name)),
            _ => false,
        }
    }
}

/// As strace writes it, without what would act on a terminal.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, values: &[Self], between: &str| {
            values.iter().enumerate().try_for_each(|(place, value)| {
                if place > 0 {
                    f.write_str(between)?;
                }
                write!(f, "{value}")
            })
        };
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(bytes, elided) => {
                write!(f, "{:?}{}", String::from_utf8_lossy(bytes), if *elided { "..." } else { "" })
            }
            Self::Name(name) => f.write_str(name),
            Self::Or(values) => list(f, values, "|"),
            Self::Binary(left, operator, right) => write!(f, "{left}{operator}{right}"),
            Self::Call(name, arguments) => {
                write!(f, "{name}(")?;
                list(f, arguments, ", ")?;
                f.write_str(")")
            }
            Self::Hardware(bytes) => {
                let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                f.write_str(&pairs.join(":"))
            }
            Self::Struct(fields) => {
                f.write_str("{")?;
                for (place, (name, value)) in fields.iter().enumerate() {
                    write!(f, "{}{name}={value}", if place > 0 { ", " } else { "" })?;
                }
                f.write_str("}")
            }
            Self::List(values) => {
                f.write_str("[")?;
                list(f, values, ", ")?;
                f.write_str("]")
            }
            Self::Indexed(place, value) => write!(f, "[{place}]={value}"),
            Self::Elided => f.write_str("..."),
        }
    }
}

/// Reads values. `None` where there is something else; nothing is read after it.
pub(super) struct Parser<'a> {
    text: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, depth: 0 }
    }

    /// What was not read.
    pub(super) const fn rest(&self) -> &'a str {
        self.text
    }

    /// Skips spaces and comments.
    fn space(&mut self) {
        loop {
            self.text = self.text.trim_start();
            match self.text.strip_prefix("/*").and_then(|rest| rest.split_once("*/")) {
                Some((_, rest)) => self.text = rest,
                None => return,
            }
        }
    }

    fn take(&mut self, word: &str) -> bool {
        self.space();
        match self.text.strip_prefix(word) {
            Some(rest) => {
                self.text = rest;
                true
            }
            None => false,
        }
    }

    /// Values up to the bracket that ends them.
    pub(super) fn list(&mut self, end: char) -> Option<Vec<Value>> {
        let mut values = Vec::new();
        let end = end.to_string();
        if self.take(&end) {
            return Some(values);
        }
        loop {
            values.push(self.member()?);
            if self.take(&end) {
                return Some(values);
            }
            if !self.take(",") {
                return None;
            }
        }
    }

    /// A value, or `[PLACE]=VALUE`.
    fn member(&mut self) -> Option<Value> {
        let value = self.value()?;
        let designates = matches!(&value, Value::List(place) if place.len() == 1);
        if designates && !self.text.starts_with("=>") && self.take("=") {
            let Value::List(mut place) = value else { return None };
            return Some(Value::Indexed(Box::new(place.pop()?), Box::new(self.value()?)));
        }
        Some(value)
    }

    /// A value: what came in, or, if the kernel changed it, what it became.
    pub(super) fn value(&mut self) -> Option<Value> {
        let mut value = self.sum()?;
        while self.take("=>") {
            value = self.sum()?;
        }
        Some(value)
    }

    /// Alternatives, joined by bars.
    fn sum(&mut self) -> Option<Value> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let mut values = vec![self.product()?];
        while !self.text.trim_start().starts_with("||") && self.take("|") {
            values.push(self.product()?);
        }
        self.depth -= 1;
        if values.len() == 1 { values.pop() } else { Some(Value::Or(values)) }
    }

    fn product(&mut self) -> Option<Value> {
        let mut left = self.term()?;
        // Each operator is a nest: so many, and no more.
        for _ in 0..=DEPTH {
            self.space();
            let operator = ["<<", "-", "+", "*"].into_iter().find(|word| self.text.starts_with(word));
            let Some(operator) = operator else { return Some(left) };
            self.text = &self.text[operator.len()..];
            let right = self.term()?;
            left = Value::Binary(Box::new(left), operator, Box::new(right));
        }
        None
    }

    fn term(&mut self) -> Option<Value> {
        self.space();
        if self.take("...") {
            return Some(Value::Elided);
        }
        let first = self.text.chars().next()?;
        match first {
            '[' => {
                self.text = &self.text[1..];
                Some(Value::List(self.list(']')?))
            }
            '{' => {
                self.text = &self.text[1..];
                self.braces()
            }
            '"' => self.string(),
            '@' | '\'' => None,
            '~' | '&' => {
                self.text = &self.text[1..];
                self.word()
            }
            '-' => {
                self.text = &self.text[1..];
                match self.word()? {
                    Value::Number(number) => Some(Value::Number(-number)),
                    other => Some(Value::Binary(Box::new(Value::Number(0)), "-", Box::new(other))),
                }
            }
            _ => self.word(),
        }
    }

    /// A struct, or a list of an older version.
    fn braces(&mut self) -> Option<Value> {
        let (mut fields, mut values) = (Vec::new(), Vec::new());
        if self.take("}") {
            return Some(Value::Struct(fields));
        }
        loop {
            self.space();
            let name = self
                .text
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                .map(|end| &self.text[..end]);
            let rest = name.map(|name| &self.text[name.len()..]);
            match (name, rest) {
                (Some(name), Some(rest))
                    if !name.is_empty() && rest.starts_with('=') && !rest.starts_with("=>") =>
                {
                    self.text = &rest[1..];
                    let value = self.value()?;
                    fields.push((name.to_owned(), value));
                }
                _ => values.push(self.member()?),
            }
            if self.take("}") {
                break;
            }
            if !self.take(",") {
                return None;
            }
        }
        match (fields.is_empty(), values.is_empty()) {
            (false, true) => Some(Value::Struct(fields)),
            (true, false) => Some(Value::List(values)),
            // `{ifi_family=AF_UNSPEC, ...}`
            _ => {
                fields.extend(values.into_iter().map(|value| (String::new(), value)));
                Some(Value::Struct(fields))
            }
        }
    }

    fn string(&mut self) -> Option<Value> {
        let (bytes, used) = unescape(self.text.get(1..)?)?;
        self.text = self.text.get(1 + used..)?.strip_prefix('"')?;
        let elided = self.text.strip_prefix("...");
        self.text = elided.unwrap_or(self.text);
        Some(Value::Text(bytes, elided.is_some()))
    }

    /// A number, a hardware address, a name, or a call.
    fn word(&mut self) -> Option<Value> {
        let end = self.text.find(|c: char| !(c.is_ascii_alphanumeric() || "_:.?".contains(c)));
        let (word, rest) = self.text.split_at(end.unwrap_or(self.text.len()));
        if word.is_empty() {
            return None;
        }
        self.text = rest;
        if let Some(bytes) = hardware(word) {
            return Some(Value::Hardware(bytes));
        }
        if let Some(number) = number(word) {
            // `3<NETLINK:[ROUTE:4242]>`, `3<socket:[1]>`
            if self.text.starts_with('<') && !self.text.starts_with("<<") {
                let end = self.text.find('>')?;
                self.text = &self.text[end + 1..];
            }
            return Some(Value::Number(number));
        }
        if let Some(arguments) = self.text.strip_prefix('(') {
            self.text = arguments;
            return Some(Value::Call(word.to_owned(), self.list(')')?));
        }
        word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_').then(|| Value::Name(word.to_owned()))
    }
}

fn number(word: &str) -> Option<i128> {
    let parse =
        |digits: &str, radix| i128::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with('+'));
    match word.strip_prefix("0x") {
        Some(digits) => parse(digits, 16),
        None if word.len() > 1 && word.starts_with('0') => parse(word, 8).or_else(|| parse(word, 16)),
        None => parse(word, 10),
    }
}

/// Pairs of digits with colons between them.
fn hardware(word: &str) -> Option<Vec<u8>> {
    if !word.contains(':') {
        return None;
    }
    let pair = |pair: &str| (pair.len() == 2).then(|| u8::from_str_radix(pair, 16).ok()).flatten();
    word.split(':').map(pair).collect()
}

/// Reads a C string up to its quotation mark, or the text's end: its bytes, and how many bytes of text they are.
pub(in crate::decode) fn unescape(text: &str) -> Option<(Vec<u8>, usize)> {
    let source = text.as_bytes();
    let (mut bytes, mut at) = (Vec::new(), 0);
    while let Some(byte) = source.get(at).copied().filter(|byte| *byte != b'"') {
        at += 1;
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let escaped = *source.get(at)?;
        at += 1;
        bytes.push(match escaped {
            b'x' => {
                let digits = digits(source, at, 2, 16);
                at += digits;
                radix(source.get(at - digits..at)?, 16)?
            }
            b'0'..=b'7' => {
                let digits = digits(source, at - 1, 3, 8);
                at += digits - 1;
                radix(source.get(at - digits..at)?, 8)?
            }
            b'a' => 7,
            b'b' => 8,
            b't' => 9,
            b'n' => 10,
            b'v' => 11,
            b'f' => 12,
            b'r' => 13,
            b'e' => 27,
            b'"' | b'\\' | b'\'' | b'?' => escaped,
            _ => return None,
        });
    }
    Some((bytes, at))
}

/// How many digits stand at a place.
fn digits(source: &[u8], at: usize, most: usize, radix: u32) -> usize {
    let rest = source.get(at..).unwrap_or_default();
    rest.iter().take(most).take_while(|byte| char::from(**byte).is_digit(radix)).count()
}

fn radix(digits: &[u8], radix: u32) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()
}
