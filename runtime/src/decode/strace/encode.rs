//! Messages as strace decoded them, encoded again.
//!
//! The lengths that strace prints say how many bytes each value has; the names are the kernel's. What is not certain
//! is an error: nothing is guessed.

mod scalar;

use netlink_raw::kernel;
use netlink_raw::wire::{Header, align};

use self::scalar::{Called, native, text, too_big, unknown};
use super::layouts::{self, Layout};
use super::value::Value;
use crate::decode::learnt::Learnt;

type Result<T> = std::result::Result<T, String>;

/// The messages of one datagram: `[{nlmsg_len=…}, …]` is one, `[[{nlmsg_len=…}, …], […]]` are several, and a message
/// without anything behind its header is `{nlmsg_len=…}`.
pub(super) fn messages(value: &Value) -> Vec<&Value> {
    match value {
        Value::Struct(_) if header_field(value, "len").is_some() => vec![value],
        Value::List(values) => match values.first() {
            Some(first) if header_field(first, "len").is_some() && header_field(first, "type").is_some() => {
                // Messages without a body stand beside each other.
                let bare = |value: &Value| header_field(value, "type").is_some();
                if values.len() > 1 && values.iter().all(bare) {
                    values.iter().collect()
                } else {
                    vec![value]
                }
            }
            _ => values.iter().flat_map(messages).collect(),
        },
        _ => Vec::new(),
    }
}

/// A field of a message's header, which older versions of strace print without `nlmsg_`.
pub(super) fn header_field<'a>(header: &'a Value, name: &str) -> Option<&'a Value> {
    header.field(&format!("nlmsg_{name}")).or_else(|| header.field(name))
}

/// A message's header, and what follows it.
pub(super) fn parts(message: &Value) -> (&Value, &[Value]) {
    match message {
        Value::List(values) => values.split_first().unwrap_or((message, &[])),
        _ => (message, &[]),
    }
}

/// The bytes of a message, and whether they are those that were sent: links that strace tells by name alone have
/// indexes that only stand for them.
pub(super) fn message(value: &Value, learnt: &mut Learnt) -> Result<(Vec<u8>, bool)> {
    let mut encoder = Encoder { learnt, exact: true };
    let bytes = encoder.message(value)?;
    Ok((bytes, encoder.exact))
}

struct Encoder<'a> {
    learnt: &'a mut Learnt,
    exact: bool,
}

impl Encoder<'_> {
    fn message(&mut self, value: &Value) -> Result<Vec<u8>> {
        let (header, body) = parts(value);
        let header = self.header(header)?;
        let length = usize::try_from(header.len).unwrap_or(usize::MAX);
        let mut bytes = header.encode().to_vec();
        for value in body {
            let left = length.saturating_sub(bytes.len());
            let part = match value {
                Value::Struct(fields) if header.kind == kernel::NLMSG_ERROR => self.refusal(fields)?,
                Value::List(values) if header.kind == kernel::NLMSG_ERROR => self.answer(values)?,
                Value::List(values) => self.attributes(values)?,
                other => self.value(other, Some(left).filter(|_| !matches!(other, Value::Struct(_))))?,
            };
            bytes.extend(part);
            pad(&mut bytes);
        }
        // The last attribute's padding may be counted or not; headers are padded only where something follows.
        if align(bytes.len()) != align(length) {
            return Err(format!("strace says that it has {length} bytes, and prints {}", bytes.len()));
        }
        bytes.resize(length, 0);
        Ok(bytes)
    }

    fn header(&mut self, value: &Value) -> Result<Header> {
        let mut number = |name: &str| -> Result<u32> {
            let value = header_field(value, name).ok_or_else(|| format!("its header has no {name}"))?;
            let number = self.number(value)?;
            // strace prints a port as a signed number.
            u32::try_from(number)
                .or_else(|_| i32::try_from(number).map(i32::cast_unsigned))
                .map_err(|_| too_big(value))
        };
        let (len, kind, flags) = (number("len")?, number("type")?, number("flags")?);
        let (seq, port) = (number("seq")?, number("pid")?);
        let half =
            |number: u32| u16::try_from(number).map_err(|_| "its header has a number too large".to_owned());
        if !(16..=1 << 24).contains(&len) {
            return Err(format!("its header says that it has {len} bytes"));
        }
        Ok(Header { len, kind: half(kind)?, flags: half(flags)?, seq, port })
    }

    /// `{error=-EEXIST, msg=…}`: the number, and the request, or its header alone.
    fn refusal(&mut self, fields: &[(String, Value)]) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for (name, value) in fields {
            match (name.as_str(), value) {
                ("error", value) => {
                    let number = i32::try_from(self.number(value)?).map_err(|_| too_big(value))?;
                    bytes.extend(number.to_ne_bytes());
                }
                ("msg", value @ Value::List(_)) => bytes.extend(self.message(value)?),
                ("msg", value) => bytes.extend(self.header(value)?.encode()),
                _ => return Err(format!("its {name} has no place here")),
            }
        }
        Ok(bytes)
    }

    /// A refusal, and the kernel's words behind it.
    fn answer(&mut self, values: &[Value]) -> Result<Vec<u8>> {
        let [Value::Struct(refusal), rest @ ..] = values else { return self.attributes(values) };
        if refusal.iter().all(|(name, _)| name != "error") {
            return self.attributes(values);
        }
        let mut bytes = self.refusal(refusal)?;
        for value in rest {
            pad(&mut bytes);
            let Value::List(attributes) = value else { return Err(unknown(value)) };
            bytes.extend(self.attributes(attributes)?);
        }
        Ok(bytes)
    }

    /// One attribute, `[{nla_len=…}, VALUE]`, several of them, or what else stands in a list.
    fn attributes(&mut self, values: &[Value]) -> Result<Vec<u8>> {
        if values.first().is_some_and(is_attribute_header) {
            return self.attribute(values);
        }
        let mut bytes = Vec::new();
        for value in values {
            let part = match value {
                Value::List(values)
                    if values.first().is_some_and(|first| first.field("rtnh_len").is_some()) =>
                {
                    self.next_hop(values)?
                }
                Value::List(values) => self.attributes(values)?,
                Value::Struct(fields) if !is_attribute_header(value) => self.structure(fields, None)?,
                // An attribute without a value is its header alone.
                Value::Struct(_) => self.attribute(std::slice::from_ref(value))?,
                other => return Err(unknown(other)),
            };
            bytes.extend(part);
            pad(&mut bytes);
        }
        Ok(bytes)
    }

    fn attribute(&mut self, values: &[Value]) -> Result<Vec<u8>> {
        let [header, body @ ..] = values else { return Err("an attribute without a header".to_owned()) };
        let field = |name| header.field(name).ok_or_else(|| format!("an attribute without {name}"));
        let length = u16::try_from(self.number(field("nla_len")?)?).map_err(|_| too_big(header))?;
        let kind_value = field("nla_type")?;
        let kind = u16::try_from(self.number(kind_value)?).map_err(|_| too_big(header))?;
        let payload =
            usize::from(length).checked_sub(4).ok_or_else(|| format!("{kind_value} has {length} bytes"))?;
        let at = |problem: String| format!("{kind_value}: {problem}");
        let mut bytes = [length.to_ne_bytes(), kind.to_ne_bytes()].concat();
        match body {
            [] if payload == 0 => {}
            [] => return Err(at("strace does not print what it holds".to_owned())),
            [value] => bytes.extend(self.value(value, Some(payload)).map_err(at)?),
            // `{struct}, [attributes]`
            values => {
                for value in values {
                    let part = match value {
                        Value::List(values) => self.attributes(values).map_err(at)?,
                        other => self.value(other, None).map_err(at)?,
                    };
                    bytes.extend(part);
                    pad(&mut bytes);
                }
            }
        }
        if align(bytes.len()) != align(length.into())
            || bytes.len() < length.into() && !matches!(body, [Value::List(_)])
        {
            return Err(at(format!(
                "strace says that it holds {payload} bytes, and prints {}",
                bytes.len() - 4
            )));
        }
        bytes.truncate(length.into());
        Ok(bytes)
    }

    /// `[{rtnh_len=…}, [attributes]]`.
    fn next_hop(&mut self, values: &[Value]) -> Result<Vec<u8>> {
        const FIELDS: Layout = &[("rtnh_len", 2), ("rtnh_flags", 1), ("rtnh_hops", 1), ("rtnh_ifindex", 4)];
        let Some(Value::Struct(fields)) = values.first() else {
            return Err("a next hop without a header".to_owned());
        };
        let mut bytes = self.laid_out(FIELDS, fields)?;
        for value in values.get(1..).unwrap_or_default() {
            let Value::List(values) = value else { return Err(unknown(value)) };
            bytes.extend(self.attributes(values)?);
            pad(&mut bytes);
        }
        Ok(bytes)
    }

    /// A value that has `length` bytes, if that is known.
    fn value(&mut self, value: &Value, length: Option<usize>) -> Result<Vec<u8>> {
        match value {
            Value::Text(bytes, elided) => text(bytes, *elided, length),
            Value::Hardware(bytes) => Ok(bytes.clone()),
            Value::Struct(fields) => self.structure(fields, length),
            Value::List(values) => self.list(values, length),
            Value::Call(name, arguments) => match self.call(name, arguments)? {
                Called::Bytes(bytes) => Ok(bytes),
                Called::Number(number) => native(number, length, value),
            },
            Value::Elided => Err("strace left it out (strace -v prints it)".to_owned()),
            Value::Indexed(_, value) => self.value(value, length),
            Value::Number(_) | Value::Name(_) | Value::Or(_) | Value::Binary(..) => {
                native(self.number(value)?, length, value)
            }
        }
    }

    /// Attributes, or an array of numbers that fill it.
    fn list(&mut self, values: &[Value], length: Option<usize>) -> Result<Vec<u8>> {
        let numbers = !values.is_empty()
            && values.iter().all(|value| !matches!(value, Value::List(_) | Value::Struct(_)));
        let Some(length) = length.filter(|_| numbers) else { return self.attributes(values) };
        let each = length / values.len();
        if each * values.len() != length {
            return Err(format!("{length} bytes are not {} numbers", values.len()));
        }
        let parts: Result<Vec<_>> = values.iter().map(|value| self.value(value, Some(each))).collect();
        Ok(parts?.concat())
    }

    fn structure(&mut self, fields: &[(String, Value)], length: Option<usize>) -> Result<Vec<u8>> {
        let uniform = fields.first().is_some_and(|(name, _)| layouts::UNIFORM.contains(&name.as_str()));
        if let (true, Some(length)) = (uniform, length) {
            let values: Vec<Value> = fields.iter().map(|(_, value)| value.clone()).collect();
            return self.list(&values, Some(length));
        }
        if fields.iter().any(|(_, value)| *value == Value::Elided) {
            return Err("strace left a part of it out (strace -v prints it)".to_owned());
        }
        if let Some(layout) = layouts::find(fields, length) {
            return self.laid_out(layout, fields);
        }
        let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        Err(format!("no struct is known here that has {}", names.join(", ")))
    }

    fn laid_out(&mut self, layout: Layout, fields: &[(String, Value)]) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for (name, length) in layout {
            match fields.iter().find(|(known, _)| known == name) {
                Some((_, value)) => {
                    let part =
                        self.value(value, Some(*length)).map_err(|problem| format!("{name}: {problem}"))?;
                    if part.len() != *length {
                        return Err(format!("{name} has {length} bytes, not {}", part.len()));
                    }
                    bytes.extend(part);
                }
                None => bytes.resize(bytes.len() + length, 0),
            }
        }
        Ok(bytes)
    }
}

fn is_attribute_header(value: &Value) -> bool {
    value.field("nla_len").is_some()
}

fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(align(bytes.len()), 0);
}
