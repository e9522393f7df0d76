//! What has passed a link: `struct rtnl_link_stats64`.

use netlink_raw::kernel::{IFLA_CARRIER_CHANGES, IFLA_STATS64};

use super::entry::Entry;
use crate::ip::output::{Output, Right, Text, Value};

/// How many numbers the kernel tells, at most.
const NUMBERS: usize = 25;
/// How many columns there are.
const COLUMNS: usize = 8;
/// How wide they are at least: what stands at their heads.
const WIDTHS: [usize; COLUMNS] = [
    "*X errors:".len(),
    "packets".len(),
    "errors".len(),
    "dropped".len(),
    7,
    7,
    "compressed".len(),
    "otherhost".len(),
];

/// The numbers, by their places (`linux/if_link.h`).
#[derive(Debug, Clone, Copy)]
struct Counted([u64; NUMBERS]);

impl Counted {
    fn new(bytes: &[u8]) -> Self {
        let numbers = bytes.as_chunks::<8>().0;
        Self(std::array::from_fn(|place| numbers.get(place).map_or(0, |number| u64::from_ne_bytes(*number))))
    }

    fn of<const N: usize>(&self, places: [usize; N]) -> [u64; N] {
        places.map(|place| self.0.get(place).copied().unwrap_or(0))
    }

    /// Received: bytes, packets, errors, dropped, missed, multicast, compressed.
    fn received(&self) -> [u64; 7] {
        self.of([2, 0, 4, 6, 15, 8, 21])
    }

    /// Errors in receiving: length, CRC, frame, FIFO, overrun, without a handler, for another host.
    fn receive_errors(&self) -> [u64; 7] {
        self.of([10, 12, 13, 14, 11, 23, 24])
    }

    /// Sent: bytes, packets, errors, dropped, carrier, collisions, compressed.
    fn sent(&self) -> [u64; 7] {
        self.of([3, 1, 5, 7, 17, 9, 22])
    }

    /// Errors in sending: aborted, FIFO, window, heartbeat.
    fn send_errors(&self) -> [u64; 4] {
        self.of([16, 18, 20, 19])
    }
}

/// How numbers are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// As they are.
    Exact,
    /// In thousands, millions and so on.
    Thousands,
    /// In powers of 1024.
    Powers,
}

impl Scale {
    /// That which `-human-readable` and `-iec` ask for.
    pub const fn of(human_readable: bool, iec: bool) -> Self {
        match (human_readable, iec) {
            (false, _) => Self::Exact,
            (true, false) => Self::Thousands,
            (true, true) => Self::Powers,
        }
    }
}

/// A number in a scale: exact, or with two digits behind the point, or as many as make three in all.
#[derive(Debug, Clone, Copy)]
struct Scaled(u64, Scale);

impl Value for Scaled {
    #[expect(clippy::cast_precision_loss, reason = "three digits are told")]
    fn put(&self, bytes: &mut Text) {
        let number = self.0;
        let (base, unit) = match self.1 {
            Scale::Thousands => (1000, ""),
            Scale::Powers => (1024, "i"),
            Scale::Exact => return number.put(bytes),
        };
        if number < base {
            return number.put(bytes);
        }
        let (mut power, mut prefixes) = (base, "kMGTPE".chars());
        while number / base >= power && prefixes.as_str().len() > 1 {
            power *= base;
            prefixes.next();
        }
        let digits = match number / power {
            ..10 => 2,
            10..100 => 1,
            _ => 0,
        };
        let prefix = prefixes.next().unwrap_or_default();
        format!("{:.digits$}{prefix}{unit}", number as f64 / power as f64).as_str().put(bytes);
    }
}

/// Prints what has passed `link`, with errors by their kinds where `errors` are asked for. The last line does not end
/// here.
pub fn statistics(out: &mut Output, link: &Entry<'_>, errors: bool, scale: Scale) {
    let Some(bytes) = link.table.bytes(IFLA_STATS64) else { return };
    let (counted, changes) = (Counted::new(bytes), link.table.u32(IFLA_CARRIER_CHANGES));
    if out.is_json() {
        json(out, &counted, changes.filter(|_| errors), errors);
    } else {
        text(out, &counted, changes, errors, scale);
    }
}

fn json(out: &mut Output, counted: &Counted, changes: Option<u32>, errors: bool) {
    let some = |out: &mut Output, key: &str, number: u64| {
        if number != 0 {
            out.json(key, number);
        }
    };
    out.object(Some("stats64"), |out| {
        out.object(Some("rx"), |out| {
            let [bytes, packets, failed, dropped, missed, multicast, compressed] = counted.received();
            let [length, crc, frame, fifo, over, unhandled, foreign] = counted.receive_errors();
            common(out, [bytes, packets, failed, dropped]);
            out.json("over_errors", over);
            out.json("multicast", multicast);
            some(out, "compressed", compressed);
            if errors {
                out.json("length_errors", length);
                out.json("crc_errors", crc);
                out.json("frame_errors", frame);
                out.json("fifo_errors", fifo);
                out.json("missed_errors", missed);
                some(out, "nohandler", unhandled);
                some(out, "otherhost", foreign);
            }
        });
        out.object(Some("tx"), |out| {
            let [bytes, packets, failed, dropped, carrier, collisions, compressed] = counted.sent();
            common(out, [bytes, packets, failed, dropped]);
            out.json("carrier_errors", carrier);
            out.json("collisions", collisions);
            some(out, "compressed", compressed);
            if errors {
                let [aborted, fifo, window, heartbeat] = counted.send_errors();
                out.json("aborted_errors", aborted);
                out.json("fifo_errors", fifo);
                out.json("window_errors", window);
                out.json("heartbeat_errors", heartbeat);
            }
            if let Some(changes) = changes {
                out.json("carrier_changes", changes);
            }
        });
    });
}

fn common(out: &mut Output, numbers: [u64; 4]) {
    for (key, number) in ["bytes", "packets", "errors", "dropped"].into_iter().zip(numbers) {
        out.json(key, number);
    }
}

fn text(out: &mut Output, counted: &Counted, changes: Option<u32>, errors: bool, scale: Scale) {
    let (received, sent) = (counted.received(), counted.sent());
    let (receive_errors, send_errors) = (counted.receive_errors(), counted.send_errors());
    let transitions = u64::from(changes.unwrap_or(0));
    let mut widths = WIDTHS;
    if scale == Scale::Exact {
        widen(&mut widths, &received);
        widen(&mut widths, &sent);
    }
    if errors && scale == Scale::Exact {
        widen(&mut widths[1..], &receive_errors);
        widen(&mut widths[1..], &send_errors);
        widen(&mut widths[5..], &[transitions]);
    }
    let heads = ["packets", "errors", "dropped", "missed", "mcast"];
    whole(out, "RX", heads, &received, &widths, scale);
    out.newline();
    if errors {
        let heads = ["length", "crc", "frame", "fifo", "overrun", "nohandler", "otherhost"];
        // The last two are told only where they are some.
        let told = |place: usize, number: u64| place < 5 || number != 0;
        let columns = heads.iter().zip(receive_errors).enumerate();
        kinds(
            out,
            "RX",
            columns
                .filter(|(place, (_, number))| told(*place, *number))
                .map(|(place, (head, number))| (*head, number, widths[place + 1])),
            widths[0],
            scale,
        );
        out.newline();
    }
    let heads = ["packets", "errors", "dropped", "carrier", "collsns"];
    whole(out, "TX", heads, &sent, &widths, scale);
    if errors {
        out.newline();
        let heads = ["aborted", "fifo", "window", "heartbt"].into_iter().zip(send_errors);
        let columns = heads.chain(changes.map(|_| ("transns", transitions))).zip(&widths[1..]);
        kinds(out, "TX", columns.map(|((head, number), width)| (head, number, *width)), widths[0], scale);
    }
}

fn widen(widths: &mut [usize], numbers: &[u64]) {
    for (width, number) in widths.iter_mut().zip(numbers) {
        let digits = number.checked_ilog10().unwrap_or(0) + 1;
        *width = (*width).max(usize::try_from(digits).unwrap_or(0));
    }
}

/// Two lines: what stands at the heads of columns, and the numbers below.
fn whole(
    out: &mut Output,
    way: &str,
    heads: [&str; 5],
    numbers: &[u64; 7],
    widths: &[usize; COLUMNS],
    scale: Scale,
) {
    let compressed = numbers[6] != 0;
    out.text("    ");
    out.text(way);
    out.text(": ");
    out.text(Right("bytes", widths[0] - 4));
    for (head, width) in heads.into_iter().zip(&widths[1..]) {
        out.text(" ");
        out.text(Right(head, *width));
    }
    out.text(" ");
    out.text(Right(if compressed { "compressed" } else { "" }, widths[6]));
    out.newline();
    out.text("    ");
    for (number, width) in numbers.iter().zip(widths).take(if compressed { 7 } else { 6 }) {
        out.text(Right(Scaled(*number, scale), *width));
        out.text(" ");
    }
}

/// Two lines about errors by their kinds: what stands at the head of a column, the number below, the width.
fn kinds<'a>(
    out: &mut Output,
    way: &str,
    columns: impl Iterator<Item = (&'a str, u64, usize)> + Clone,
    first: usize,
    scale: Scale,
) {
    out.text("    ");
    out.text(way);
    out.text(" errors:");
    out.text(Right("", first - 10));
    for (head, _, width) in columns.clone() {
        out.text(" ");
        out.text(Right(head, width));
    }
    out.newline();
    out.text(Right("", first + 5));
    for (_, number, width) in columns {
        out.text(Right(Scaled(number, scale), width));
        out.text(" ");
    }
}
