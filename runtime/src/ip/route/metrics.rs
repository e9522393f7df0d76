//! What holds for connections over a route, and how long it holds itself.

use netlink_raw::kernel::{
    RTAX_ADVMSS, RTAX_CC_ALGO, RTAX_CWND, RTAX_FASTOPEN_NO_COOKIE, RTAX_FEATURES, RTAX_HOPLIMIT,
    RTAX_INITCWND, RTAX_INITRWND, RTAX_LOCK, RTAX_MTU, RTAX_QUICKACK, RTAX_REORDERING, RTAX_RTO_MIN,
    RTAX_RTT, RTAX_RTTVAR, RTAX_SSTHRESH, RTAX_WINDOW,
};
use netlink_raw::route::Route;

use crate::ip::attributes::Table;
use crate::ip::named::Label;
use crate::ip::output::{Hex, Output, Text, Value};
use crate::ip::words::{Result, Words, number, wrong};

/// The names of `RTAX_*` in words, by their numbers, and their keys in JSON where these are others.
const METRICS: [(u16, &str); 15] = [
    (RTAX_MTU, "mtu"),
    (RTAX_WINDOW, "window"),
    (RTAX_RTT, "rtt"),
    (RTAX_RTTVAR, "rttvar"),
    (RTAX_SSTHRESH, "ssthresh"),
    (RTAX_CWND, "cwnd"),
    (RTAX_ADVMSS, "advmss"),
    (RTAX_REORDERING, "reordering"),
    (RTAX_HOPLIMIT, "hoplimit"),
    (RTAX_INITCWND, "initcwnd"),
    (RTAX_FEATURES, "features"),
    (RTAX_RTO_MIN, "rto_min"),
    (RTAX_INITRWND, "initrwnd"),
    (RTAX_QUICKACK, "quickack"),
    (RTAX_FASTOPEN_NO_COOKIE, "fastopen_no_cookie"),
];

/// `RTAX_FEATURE_ECN`.
const ECN: u32 = 1;

/// Prints the metrics in the payload of `RTA_METRICS`.
pub fn print(out: &mut Output, payload: &[u8]) {
    let table = Table::<{ RTAX_FASTOPEN_NO_COOKIE as usize + 1 }>::new(payload);
    let locked = table.u32(RTAX_LOCK).unwrap_or(0);
    out.array(Some("metrics"), |out| {
        out.object(None, |out| {
            for kind in RTAX_LOCK + 1..=RTAX_FASTOPEN_NO_COOKIE {
                let lock = if locked & 1 << kind != 0 { "lock " } else { "" };
                if kind == RTAX_CC_ALGO {
                    if let Some(name) = table.get(kind) {
                        out.json("congestion", &*name.str());
                        for text in ["congctl ", lock, &name.str(), " "] {
                            out.text(text);
                        }
                    }
                } else if let Some(value) = table.u32(kind) {
                    metric(out, kind, value, lock);
                }
            }
        });
    });
}

fn metric(out: &mut Output, kind: u16, value: u32, lock: &str) {
    let name = METRICS.iter().find(|(each, _)| *each == kind).map_or("metric", |(_, name)| *name);
    out.text(name);
    out.text(" ");
    out.text(lock);
    // The kernel counts these times in eighths and quarters of a millisecond.
    let milliseconds = match kind {
        RTAX_RTT => Some(value / 8),
        RTAX_RTTVAR => Some(value / 4),
        RTAX_RTO_MIN => Some(value),
        _ => None,
    };
    match milliseconds {
        Some(milliseconds) => {
            out.json(name, milliseconds);
            out.text(Time(milliseconds));
        }
        None if kind == RTAX_FEATURES => {
            if value & ECN != 0 {
                out.field("ecn", ("ecn", ""), ());
            }
            if value & !ECN != 0 {
                out.field("features", ("", ""), Hex((value & !ECN).into()));
            }
        }
        None => out.field(name, ("", ""), value),
    }
    out.text(" ");
}

/// Milliseconds, as seconds where they are many.
struct Time(u32);

impl Value for Time {
    fn put(&self, bytes: &mut Text) {
        let text = match self.0 {
            milliseconds @ 0..1000 => format!("{milliseconds}ms"),
            milliseconds => format!("{}s", f64::from(milliseconds) / 1000.0),
        };
        bytes.put(text.as_bytes());
    }
}

/// Prints `struct rta_cacheinfo`: how long the route holds and, with `statistics`, how it is used. Times are in
/// hundredths of a second (`USER_HZ`).
pub fn cache(out: &mut Output, payload: &[u8], statistics: bool) {
    let [users, last, expires, error, used, ..] =
        std::array::from_fn::<u32, 8, _>(|place| number_at(payload, place));
    if expires != 0 {
        out.field("expires", ("expires ", "sec "), expires.cast_signed() / 100);
    }
    if error != 0 {
        out.field("error", ("error ", " "), error.cast_signed());
    }
    if statistics {
        for (key, before, after, value, shown) in [
            ("users", "users ", " ", users, users),
            ("used", "used ", " ", used, used),
            ("age", "age ", "sec ", last, last / 100),
        ] {
            if value != 0 {
                out.field(key, (before, after), shown);
            }
        }
    }
}

fn number_at(payload: &[u8], place: usize) -> u32 {
    payload.as_chunks::<4>().0.get(place).map_or(0, |bytes| u32::from_ne_bytes(*bytes))
}

/// `ICMPV6_ROUTER_PREF_*`.
const PREFERENCES: [(u8, &str); 3] = [(3, "low"), (0, "medium"), (1, "high")];

/// What a preference is called.
pub fn preference(preference: u8) -> Label<'static> {
    let named = PREFERENCES.iter().find(|(each, _)| *each == preference);
    named.map_or(Label::Number(preference.into()), |(_, name)| Label::Name(name))
}

/// The preference that `word` is.
///
/// # Errors
/// It is none.
pub fn preference_of(word: &str) -> Result<u8> {
    let named = PREFERENCES.iter().find(|(_, name)| *name == word).map(|(preference, _)| *preference);
    named.or_else(|| number(word)).ok_or_else(|| wrong(word, "\"pref\" value is invalid"))
}

/// Takes a metric and its value, if the next word names one.
///
/// # Errors
/// Its value is missing, or none.
pub fn read(words: &mut Words<'_>, route: &mut Route) -> Result<bool> {
    if words.skip(&["congctl"]) {
        lock(words, route, RTAX_CC_ALGO);
        route.congestion = Some(words.value()?.to_owned());
        return Ok(true);
    }
    let named = words.peek().and_then(|word| METRICS.iter().find(|(_, name)| *name == word));
    let Some((kind, name)) = named.copied() else { return Ok(false) };
    words.take();
    lock(words, route, kind);
    let word = words.value()?;
    let called = if kind == RTAX_ADVMSS { "mss" } else { name };
    let invalid = || wrong(word, &format!("\"{called}\" value is invalid"));
    let value = match kind {
        RTAX_RTT => time(word, 8).ok_or_else(invalid)?,
        RTAX_RTTVAR => time(word, 4).ok_or_else(invalid)?,
        RTAX_RTO_MIN => {
            set(route, RTAX_LOCK, |locked| locked | 1 << kind);
            time(word, 1).ok_or_else(invalid)?
        }
        RTAX_FEATURES if word == "ecn" => ECN,
        RTAX_FEATURES => return Err(wrong(word, "\"features\" value not valid")),
        RTAX_QUICKACK | RTAX_FASTOPEN_NO_COOKIE => number(word)
            .filter(|value| *value <= 1)
            .ok_or_else(|| wrong(word, &format!("\"{name}\" value should be 0 or 1")))?,
        RTAX_HOPLIMIT => number(word).filter(|hops| *hops <= 255).ok_or_else(invalid)?,
        _ => number(word).ok_or_else(invalid)?,
    };
    set(route, kind, |_| value);
    Ok(true)
}

/// Takes `lock`: then the kernel does not adapt the metric.
fn lock(words: &mut Words<'_>, route: &mut Route, kind: u16) {
    if words.peek() == Some("lock") {
        words.take();
        set(route, RTAX_LOCK, |locked| locked | 1 << kind);
    }
}

fn set(route: &mut Route, kind: u16, change: impl FnOnce(u32) -> u32) {
    match route.metrics.iter_mut().find(|(each, _)| *each == kind) {
        Some((_, value)) => *value = change(*value),
        None => route.metrics.push((kind, change(0))),
    }
}

/// A time, `1.5s` or `200ms`, in the kernel's unit, of which `parts` are a millisecond; a bare number is in that unit.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time that fits was checked")]
fn time(word: &str, parts: u32) -> Option<u32> {
    let (digits, unit) = match (word.strip_suffix("ms"), word.strip_suffix('s')) {
        (Some(digits), _) => (digits, 1.0),
        (None, Some(digits)) => (digits, 1000.0),
        (None, None) => return number(word),
    };
    let time = digits.parse::<f64>().ok()? * unit * f64::from(parts);
    (0.0..f64::from(u32::MAX)).contains(&time).then_some(time.ceil() as u32)
}
