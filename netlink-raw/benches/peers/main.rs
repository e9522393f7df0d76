//! netlink-raw beside netlink-packet-route and neli: the request that makes a veth pair, and a dump of ten thousand
//! links. All three are given the same, and have to tell the same, which is looked at first.

mod dump;
mod ours;
mod packet_route;
mod said;
mod with_neli;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use netlink_packet_core::{NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage;

use crate::dump::{LINKS, dump};
use crate::said::{PAIR, Pair, Total};

/// What a message says, once its header has been found to say its length.
fn read(message: &[u8]) -> (u16, u32, NetlinkPayload<RouteNetlinkMessage>) {
    let (header, payload) = NetlinkMessage::deserialize(message).unwrap().into_parts();
    assert_eq!(header.length as usize, message.len());
    (header.flags, header.sequence_number, payload)
}

fn encode(criterion: &mut Criterion) {
    let (mut from_ours, mut from_packet_route, mut from_neli) = (Vec::new(), Vec::new(), Vec::new());
    ours::encode(&PAIR, &mut from_ours).unwrap();
    packet_route::encode(&PAIR, &mut from_packet_route);
    with_neli::encode(&PAIR, &mut from_neli).unwrap();
    assert_eq!(from_ours, from_neli);
    let mut by_hand = Vec::new();
    ours::encode_by_hand(&PAIR, &mut by_hand).unwrap();
    assert_eq!(from_ours, by_hand);
    // It ends the kind's name with a NUL, which the kernel takes too, so the bytes differ, and not what they say.
    assert_eq!(read(&from_ours), read(&from_packet_route));

    let mut group = criterion.benchmark_group("encode");
    let mut message = Vec::new();
    let mut measure = |name: &str, encode: &dyn Fn(&Pair<'_>, &mut Vec<u8>)| {
        group.bench_function(name, |bencher| {
            bencher.iter(|| encode(black_box(&PAIR), black_box(&mut message)));
        });
    };
    measure("netlink-raw, Link", &|pair, message| ours::encode(pair, message).unwrap());
    measure("netlink-raw, Writer", &|pair, message| ours::encode_by_hand(pair, message).unwrap());
    measure("netlink-packet-route", &|pair, message| packet_route::encode(pair, message));
    measure("neli", &|pair, message| with_neli::encode(pair, message).unwrap());
    group.finish();
}

fn parse(criterion: &mut Criterion) {
    let dump = dump();
    let found = ours::parse(&dump).unwrap();
    assert_eq!((found.links, found.done), (LINKS, true));
    assert_eq!(ours::parse_owned(&dump).unwrap(), found, "Link::decode reads something else");
    assert_eq!(packet_route::parse(&dump).unwrap(), found, "netlink-packet-route reads something else");
    assert_eq!(with_neli::parse(&dump).unwrap(), found, "neli reads something else");

    let mut group = criterion.benchmark_group("parse");
    let mut measure = |name: &str, parse: &dyn Fn(&[Vec<u8>]) -> Total| {
        group.bench_function(name, |bencher| bencher.iter(|| parse(black_box(&dump))));
    };
    measure("netlink-raw, in place", &|dump| ours::parse(dump).unwrap());
    measure("netlink-raw, Link", &|dump| ours::parse_owned(dump).unwrap());
    measure("netlink-packet-route", &|dump| packet_route::parse(dump).unwrap());
    measure("neli", &|dump| with_neli::parse(dump).unwrap());
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3)).without_plots();
    targets = encode, parse
}
criterion_main!(benches);
