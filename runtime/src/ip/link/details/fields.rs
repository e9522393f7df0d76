//! Settings that are told one like the other: a list says how.

use std::io::Write;

use netlink_raw::kernel::{ETH_P_8021AD, ETH_P_8021Q};

use crate::ip::attributes::Table;
use crate::ip::output::{Hex, Mac, Output, Text, Value};

/// A setting: its attribute, its names in JSON and in the text, and what it holds.
pub(super) type Field = (u16, &'static str, &'static str, Shape);

/// What a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A number of 8 bits.
    U8,
    /// Of 16.
    U16,
    /// Of 32.
    U32,
    /// Of 64.
    U64,
    /// Of 16, in hexadecimal digits.
    Hex,
    /// A time in hundredths of a second.
    Timer,
    /// `on` or `off`.
    Switch,
    /// A protocol of Ethernet.
    Protocol,
    /// A bridge by its priority and address.
    Bridge,
    /// A hardware address.
    Mac,
}

/// Puts those of `fields` that `table` has.
pub(super) fn fields<const N: usize>(out: &mut Output, table: &Table<'_, N>, fields: &[Field]) {
    for (attribute, key, text, shape) in fields {
        let name = (*key, *text);
        match shape {
            Shape::U8 => named(out, name, table.u8(*attribute)),
            Shape::U16 => named(out, name, table.u16(*attribute)),
            Shape::U32 => named(out, name, table.u32(*attribute)),
            Shape::U64 => named(out, name, table.u64(*attribute)),
            Shape::Hex => named(out, name, table.u16(*attribute).map(|number| Hex(number.into()))),
            Shape::Timer => named(out, name, table.u64(*attribute).map(Timer)),
            Shape::Switch => named(out, name, table.u8(*attribute).map(|on| Switch(on != 0))),
            Shape::Protocol => named(out, name, table.u16_be(*attribute).map(Protocol)),
            Shape::Bridge => named(out, name, table.bytes(*attribute).and_then(Bridge::new)),
            Shape::Mac => named(out, name, table.bytes(*attribute).map(Mac)),
        }
    }
}

/// Puts a setting that is there: its name, a blank, what it holds, a blank.
pub(super) fn named(out: &mut Output, (key, text): (&str, &str), value: Option<impl Value>) {
    if let Some(value) = value {
        out.text(text);
        out.field(key, (" ", " "), value);
    }
}

/// Says in the JSON that `key` is true, and in the text the word that stands for it, if the setting is there and not 0.
pub(super) fn flag<const N: usize>(
    out: &mut Output,
    table: &Table<'_, N>,
    (attribute, key, text): (u16, &str, &str),
) {
    if table.u8(attribute).is_some_and(|on| on != 0) {
        out.flag(key, text);
    }
}

/// `on` or `off`; true or false in JSON.
#[derive(Debug, Clone, Copy)]
pub(super) struct Switch(pub(super) bool);

impl Value for Switch {
    fn put(&self, bytes: &mut Text) {
        (if self.0 { "on" } else { "off" }).put(bytes);
    }

    fn put_json(&self, bytes: &mut Text) {
        self.0.put_json(bytes);
    }
}

/// A time in hundredths of a second, as the bridge tells it (`jiffies_to_clock_t`, `USER_HZ` 100).
#[derive(Debug, Clone, Copy)]
struct Timer(u64);

impl Value for Timer {
    fn put(&self, bytes: &mut Text) {
        // Writing into memory does not fail.
        let _ = write!(bytes, "{:4}.{:02}", self.0 / 100, self.0 % 100);
    }

    fn put_json(&self, bytes: &mut Text) {
        let _ = write!(bytes, "{}.{:02}", self.0 / 100, self.0 % 100);
    }
}

/// A protocol of VLANs.
#[derive(Debug, Clone, Copy)]
pub(in crate::ip::link) struct Protocol(pub(in crate::ip::link) u16);

impl Value for Protocol {
    fn put(&self, bytes: &mut Text) {
        match self.0 {
            ETH_P_8021Q => "802.1Q".put(bytes),
            ETH_P_8021AD => "802.1ad".put(bytes),
            other => {
                let _ = write!(bytes, "[{other}]");
            }
        }
    }

    fn put_json(&self, bytes: &mut Text) {
        bytes.push(b'"');
        self.put(bytes);
        bytes.push(b'"');
    }
}

/// `struct ifla_bridge_id`: two bytes of priority, six of an address, as ether_ntoa(3) writes it.
#[derive(Debug, Clone, Copy)]
struct Bridge([u8; 8]);

impl Bridge {
    fn new(bytes: &[u8]) -> Option<Self> {
        bytes.first_chunk().copied().map(Self)
    }
}

impl Value for Bridge {
    fn put(&self, bytes: &mut Text) {
        let [high, low, address @ ..] = self.0;
        let _ = write!(bytes, "{high:02x}{low:02x}");
        for (place, byte) in address.into_iter().enumerate() {
            let before = if place == 0 { '.' } else { ':' };
            let _ = write!(bytes, "{before}{byte:x}");
        }
    }

    fn put_json(&self, bytes: &mut Text) {
        bytes.push(b'"');
        self.put(bytes);
        bytes.push(b'"');
    }
}
