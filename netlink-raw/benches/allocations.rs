//! What the same libraries allocate for the same work. Apart from their times, as who counts takes time.

#[path = "peers/dump.rs"]
mod dump;
#[path = "peers/ours.rs"]
mod ours;
#[path = "peers/packet_route.rs"]
mod packet_route;
#[path = "peers/said.rs"]
mod said;
#[path = "peers/with_neli.rs"]
mod with_neli;

use allocation_counter::measure;

use crate::dump::{LINKS, dump};
use crate::said::PAIR;

fn main() {
    let row = |name: &str, allocations: u64| println!("{name:<30} {allocations:>8}");

    // Into a buffer that was used before.
    let mut message = Vec::with_capacity(256);
    println!("allocations to encode the request for a veth pair");
    let mut encode = |name, encode: &dyn Fn(&mut Vec<u8>)| {
        row(name, measure(|| encode(&mut message)).count_total);
    };
    encode("netlink-raw, Link", &|message| ours::encode(&PAIR, message).unwrap());
    encode("netlink-raw, Writer", &|message| ours::encode_by_hand(&PAIR, message).unwrap());
    encode("netlink-packet-route", &|message| packet_route::encode(&PAIR, message));
    encode("neli", &|message| with_neli::encode(&PAIR, message).unwrap());

    let dump = dump();
    println!("allocations to parse a message of a dump");
    let parse = |name, parse: &dyn Fn()| {
        let count = measure(parse).count_total;
        row(name, count / u64::from(LINKS));
        count
    };
    let in_place = parse("netlink-raw, in place", &|| {
        ours::parse(&dump).unwrap();
    });
    parse("netlink-raw, Link", &|| {
        ours::parse_owned(&dump).unwrap();
    });
    parse("netlink-packet-route", &|| {
        packet_route::parse(&dump).unwrap();
    });
    parse("neli", &|| {
        with_neli::parse(&dump).unwrap();
    });
    assert_eq!(in_place, 0, "netlink-raw allocates while it reads a dump in place");
    println!("reached: netlink-raw reads a dump without an allocation");
}
