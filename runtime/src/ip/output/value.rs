//! What a field can hold, and how it is written without allocation.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};

use super::Text;

/// What a field can hold.
pub trait Value {
    /// Writes it as it stands in the text.
    fn put(&self, bytes: &mut Text);

    /// Writes it as it stands in JSON: as in the text, unless it is put between quotes.
    fn put_json(&self, bytes: &mut Text) {
        self.put(bytes);
    }
}

impl<V: Value + ?Sized> Value for &V {
    #[inline]
    fn put(&self, bytes: &mut Text) {
        (*self).put(bytes);
    }

    fn put_json(&self, bytes: &mut Text) {
        (*self).put_json(bytes);
    }
}

impl Value for str {
    #[inline]
    fn put(&self, bytes: &mut Text) {
        bytes.put(self.as_bytes());
    }

    fn put_json(&self, bytes: &mut Text) {
        self.as_bytes().put_json(bytes);
    }
}

/// Text as the kernel has it, whatever it is.
impl Value for [u8] {
    fn put(&self, bytes: &mut Text) {
        bytes.put(self);
    }

    /// iproute2 escapes what has a letter for it, and nothing else.
    fn put_json(&self, bytes: &mut Text) {
        bytes.push(b'"');
        for byte in self {
            match byte {
                b'\t' => bytes.put(b"\\t"),
                b'\n' => bytes.put(b"\\n"),
                b'\r' => bytes.put(b"\\r"),
                0x0c => bytes.put(b"\\f"),
                0x08 => bytes.put(b"\\b"),
                b'\\' => bytes.put(b"\\\\"),
                b'"' => bytes.put(b"\\\""),
                other => bytes.push(*other),
            }
        }
        bytes.push(b'"');
    }
}

impl Value for bool {
    fn put(&self, bytes: &mut Text) {
        bytes.put(if *self { b"true" } else { b"false" });
    }
}

/// Nothing but that the field is there: `null` in JSON.
impl Value for () {
    fn put(&self, _: &mut Text) {}

    fn put_json(&self, bytes: &mut Text) {
        bytes.put(b"null");
    }
}

/// A number, in decimal digits.
fn decimal(mut number: u64, bytes: &mut Text) {
    let mut digits = [0; 20];
    let mut first = digits.len();
    for place in digits.iter_mut().rev() {
        // A digit is one byte.
        *place = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
        first -= 1;
        if number == 0 {
            break;
        }
    }
    bytes.put(digits.get(first..).unwrap_or_default());
}

macro_rules! unsigned {
    ($($type:ident)*) => {
        $(impl Value for $type {
            fn put(&self, bytes: &mut Text) {
                decimal((*self).into(), bytes);
            }
        })*
    };
}

unsigned!(u8 u16 u32 u64);

impl Value for i32 {
    fn put(&self, bytes: &mut Text) {
        if *self < 0 {
            bytes.push(b'-');
        }
        decimal(self.unsigned_abs().into(), bytes);
    }
}

/// What is put between quotes in JSON, and needs no escape.
macro_rules! quoted {
    ($type:ty, $put:expr) => {
        impl Value for $type {
            fn put(&self, bytes: &mut Text) {
                let put: fn(&Self, &mut Text) = $put;
                put(self, bytes);
            }

            fn put_json(&self, bytes: &mut Text) {
                bytes.push(b'"');
                self.put(bytes);
                bytes.push(b'"');
            }
        }
    };
}

/// A number in hexadecimal digits behind `0x`, as `%#x` of printf(3) writes it: 0 stands alone.
#[derive(Debug, Clone, Copy)]
pub struct Hex(pub u64);

/// A hardware address: two hexadecimal digits a byte, with colons between.
#[derive(Debug, Clone, Copy)]
pub struct Mac<'a>(pub &'a [u8]);

/// An address, as inet_ntop(3) writes it.
#[derive(Debug, Clone, Copy)]
pub struct Ip(pub IpAddr);

quoted!(Hex, |hex, bytes| match hex.0 {
    0 => bytes.push(b'0'),
    number => formatted(bytes, format_args!("{number:#x}")),
});

quoted!(Mac<'_>, |mac, bytes| {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = |byte: &u8| (DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]);
    let Some((first, others)) = mac.0.split_first() else { return };
    let (high, low) = digits(first);
    bytes.put(&[high, low]);
    for byte in others {
        let (high, low) = digits(byte);
        bytes.put(&[b':', high, low]);
    }
});

quoted!(Ip, |ip, bytes| match ip.0 {
    IpAddr::V4(four) => dotted(four, bytes),
    // What the libc writes as an IPv4 address behind zeros, Rust does not.
    IpAddr::V6(six) if six.segments()[..6] == [0; 6] && six.segments()[6] != 0 => {
        bytes.put(b"::");
        let [.., a, b, c, d] = six.octets();
        dotted(Ipv4Addr::new(a, b, c, d), bytes);
    }
    IpAddr::V6(six) => formatted(bytes, format_args!("{six}")),
});

/// A number in a column of this width, to the right. Only for text.
#[derive(Debug, Clone, Copy)]
pub struct Right<V>(pub V, pub usize);

impl<V: Value> Value for Right<V> {
    fn put(&self, bytes: &mut Text) {
        let start = bytes.length();
        self.0.put(bytes);
        let width = bytes.length() - start;
        bytes.fill(start + self.1, b' ');
        bytes.since(start).rotate_right(self.1.saturating_sub(width));
    }

    fn put_json(&self, bytes: &mut Text) {
        self.0.put_json(bytes);
    }
}

fn dotted(address: Ipv4Addr, bytes: &mut Text) {
    for (place, byte) in address.octets().into_iter().enumerate() {
        if place > 0 {
            bytes.push(b'.');
        }
        decimal(byte.into(), bytes);
    }
}

fn formatted(bytes: &mut Text, text: std::fmt::Arguments<'_>) {
    // Writing into memory does not fail.
    let _ = bytes.write_fmt(text);
}
