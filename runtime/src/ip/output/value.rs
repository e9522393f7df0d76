//! What a field can hold, and how it is written without allocation.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};

/// What a field can hold.
pub trait Value {
    /// Writes it as it stands in the text.
    fn put(&self, bytes: &mut Vec<u8>);

    /// Writes it as it stands in JSON: as in the text, unless it is put between quotes.
    fn put_json(&self, bytes: &mut Vec<u8>) {
        self.put(bytes);
    }
}

impl<V: Value + ?Sized> Value for &V {
    fn put(&self, bytes: &mut Vec<u8>) {
        (*self).put(bytes);
    }

    fn put_json(&self, bytes: &mut Vec<u8>) {
        (*self).put_json(bytes);
    }
}

impl Value for str {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(self.as_bytes());
    }

    fn put_json(&self, bytes: &mut Vec<u8>) {
        self.as_bytes().put_json(bytes);
    }
}

/// Text as the kernel has it, whatever it is.
impl Value for [u8] {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(self);
    }

    /// iproute2 escapes what has a letter for it, and nothing else.
    fn put_json(&self, bytes: &mut Vec<u8>) {
        bytes.push(b'"');
        for byte in self {
            match byte {
                b'\t' => bytes.extend_from_slice(b"\\t"),
                b'\n' => bytes.extend_from_slice(b"\\n"),
                b'\r' => bytes.extend_from_slice(b"\\r"),
                0x0c => bytes.extend_from_slice(b"\\f"),
                0x08 => bytes.extend_from_slice(b"\\b"),
                b'\\' => bytes.extend_from_slice(b"\\\\"),
                b'"' => bytes.extend_from_slice(b"\\\""),
                other => bytes.push(*other),
            }
        }
        bytes.push(b'"');
    }
}

impl Value for bool {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(if *self { b"true" } else { b"false" });
    }
}

/// Nothing but that the field is there: `null` in JSON.
impl Value for () {
    fn put(&self, _: &mut Vec<u8>) {}

    fn put_json(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(b"null");
    }
}

/// A number, in decimal digits.
fn decimal(mut number: u64, bytes: &mut Vec<u8>) {
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
    bytes.extend_from_slice(digits.get(first..).unwrap_or_default());
}

macro_rules! unsigned {
    ($($type:ident)*) => {
        $(impl Value for $type {
            fn put(&self, bytes: &mut Vec<u8>) {
                decimal((*self).into(), bytes);
            }
        })*
    };
}

unsigned!(u8 u16 u32 u64);

impl Value for i32 {
    fn put(&self, bytes: &mut Vec<u8>) {
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
            fn put(&self, bytes: &mut Vec<u8>) {
                let put: fn(&Self, &mut Vec<u8>) = $put;
                put(self, bytes);
            }

            fn put_json(&self, bytes: &mut Vec<u8>) {
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
    /// The longest that the kernel has (`MAX_ADDR_LEN` in `linux/netdevice.h`), of more than one piece else.
    const LONGEST: usize = 32;
    for (place, piece) in mac.0.chunks(LONGEST).enumerate() {
        let mut text = [b':'; 3 * LONGEST];
        for (byte, digits) in piece.iter().zip(text.chunks_exact_mut(3)) {
            digits[1] = DIGITS[usize::from(byte >> 4)];
            digits[2] = DIGITS[usize::from(byte & 15)];
        }
        let before = usize::from(place == 0);
        bytes.extend_from_slice(text.get(before..3 * piece.len()).unwrap_or_default());
    }
});

quoted!(Ip, |ip, bytes| match ip.0 {
    IpAddr::V4(four) => dotted(four, bytes),
    // What the libc writes as an IPv4 address behind zeros, Rust does not.
    IpAddr::V6(six) if six.segments()[..6] == [0; 6] && six.segments()[6] != 0 => {
        bytes.extend_from_slice(b"::");
        let [.., a, b, c, d] = six.octets();
        dotted(Ipv4Addr::new(a, b, c, d), bytes);
    }
    IpAddr::V6(six) => formatted(bytes, format_args!("{six}")),
});

/// A number in a column of this width, to the right. Only for text.
#[derive(Debug, Clone, Copy)]
pub struct Right<V>(pub V, pub usize);

impl<V: Value> Value for Right<V> {
    fn put(&self, bytes: &mut Vec<u8>) {
        let start = bytes.len();
        self.0.put(bytes);
        let width = bytes.len() - start;
        bytes.resize(start + width.max(self.1), b' ');
        if let Some(column) = bytes.get_mut(start..) {
            column.rotate_right(self.1.saturating_sub(width));
        }
    }

    fn put_json(&self, bytes: &mut Vec<u8>) {
        self.0.put_json(bytes);
    }
}

fn dotted(address: Ipv4Addr, bytes: &mut Vec<u8>) {
    for (place, byte) in address.octets().into_iter().enumerate() {
        if place > 0 {
            bytes.push(b'.');
        }
        decimal(byte.into(), bytes);
    }
}

fn formatted(bytes: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing into memory does not fail.
    let _ = bytes.write_fmt(text);
}
