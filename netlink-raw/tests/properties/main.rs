//! What holds for every object, and for any bytes at all.

mod bridges;
mod foreign;
mod kinds;
mod nft;
mod objects;
mod spanning_tree;

use netlink_raw::kernel::{
    NLMSG_DONE, NLMSG_ERROR, RTM_GETNSID, RTM_NEWADDR, RTM_NEWLINK, RTM_NEWNEIGH, RTM_NEWNSID, RTM_NEWQDISC,
    RTM_NEWROUTE, RTM_NEWTFILTER,
};
use netlink_raw::route::{Address, Link, Neighbour, Nsid, Route, SpanningTree};
use netlink_raw::tc::{Filter, Qdisc};
use netlink_raw::wire::{Acknowledgement, Attributes, HEADER_LEN, Header, Message, Messages};
use netlink_raw::{Decode, Error, Protocol, Request, describe};
use proptest::prelude::*;

/// What a message that we send says to one who receives it.
fn received<T: Decode>(request: Result<Request, Error>) -> T {
    let bytes = request.unwrap().encode(7);
    T::decode(&Message::parse(&bytes).unwrap()).unwrap()
}

proptest! {
    #[test]
    fn a_link_survives_being_created(link in objects::link()) {
        prop_assert_eq!(received::<Link>(link.create()), link);
    }

    #[test]
    fn a_link_survives_being_set(link in objects::link()) {
        prop_assert_eq!(received::<Link>(link.set()), link);
    }

    #[test]
    fn names_of_a_link_survive(link in objects::named_link()) {
        prop_assert_eq!(received::<Link>(link.add_names()), link.clone());
        prop_assert_eq!(received::<Link>(link.delete_names()), link);
    }

    #[test]
    fn an_address_survives(address in objects::address()) {
        prop_assert_eq!(received::<Address>(address.add()), address.clone());
        prop_assert_eq!(received::<Address>(address.delete()), address);
    }

    #[test]
    fn a_route_survives(route in objects::route()) {
        prop_assert_eq!(received::<Route>(route.add()), route.clone());
        prop_assert_eq!(received::<Route>(route.delete()), route);
    }

    #[test]
    fn a_neighbour_survives(neighbour in objects::neighbour()) {
        prop_assert_eq!(received::<Neighbour>(neighbour.replace()), neighbour.clone());
        prop_assert_eq!(received::<Neighbour>(neighbour.delete()), neighbour);
    }

    #[test]
    fn a_namespace_number_survives(nsid in objects::nsid()) {
        prop_assert_eq!(received::<Nsid>(nsid.set()), nsid);
    }

    #[test]
    fn traffic_control_survives(qdisc in objects::qdisc(), filter in objects::filter()) {
        prop_assert_eq!(received::<Qdisc>(qdisc.add()), qdisc);
        prop_assert_eq!(received::<Filter>(filter.add()), filter);
    }

    #[test]
    fn whatever_we_send_can_be_described(
        link in objects::link(),
        route in objects::route(),
        qdisc in objects::qdisc(),
        filter in objects::filter(),
    ) {
        for request in [link.create(), route.add(), qdisc.add(), filter.add()] {
            let description = describe::message(&request.unwrap().encode(7), &()).unwrap();
            let escaped = description.to_string().chars().all(|c| c == '\n' || !c.is_control());
            prop_assert!(escaped);
        }
    }

    #[test]
    fn attributes_too_long_are_never_sent(length in 65_530_usize..140_000) {
        let link = Link { index: 1, alias: Some("x".repeat(length).into()), ..Link::default() };
        if length + 4 <= 65_535 {
            prop_assert!(link.set().is_ok());
        } else {
            let refused = matches!(link.set(), Err(Error::TooLong { attribute: 20, length: l }) if l == length + 4);
            prop_assert!(refused);
        }
    }
}

/// Reads `bytes` in every way there is. It is enough that this returns.
fn read(bytes: &[u8]) {
    let most = bytes.len() / HEADER_LEN + 1;
    assert!(Messages::new(bytes).count() <= most);
    assert!(Attributes::new(bytes).count() <= bytes.len() / 4 + 1);
    if let Ok(description) = describe::message(bytes, &()) {
        let _ = description.to_string();
    }
    if let Ok(description) = describe::of(Protocol::Netfilter, bytes, &()) {
        let _ = description.to_string();
    }
    for message in Messages::new(bytes).flatten() {
        let _ = netlink_raw::flow::Flow::decode(&message);
        let _ = netlink_raw::nft::Table::decode(&message);
        let _ = netlink_raw::nft::Chain::decode(&message);
        let _ = netlink_raw::nft::Rule::decode(&message);
        let _ = netlink_raw::nft::Set::decode(&message);
        let _ = netlink_raw::nft::Elements::decode(&message);
        let _ = describe::of(Protocol::Netfilter, message.bytes, &());
        let _ = Acknowledgement::parse(&message);
        let _ = Link::decode(&message);
        let _ = SpanningTree::decode(&message);
        let _ = Address::decode(&message);
        let _ = Route::decode(&message);
        let _ = Neighbour::decode(&message);
        let _ = Nsid::decode(&message);
        let _ = Qdisc::decode(&message);
        let _ = Filter::decode(&message);
        let _ = describe::message(message.bytes, &());
        for attribute in Attributes::new(message.payload).flatten() {
            let _ = (attribute.u8(), attribute.u16(), attribute.u32(), attribute.u64(), attribute.i32());
            let _ = (attribute.u16_be(), attribute.u32_be(), attribute.str(), attribute.ip());
            assert!(attribute.nested().count() <= attribute.payload.len() / 4 + 1);
        }
    }
}

fn message_type() -> impl Strategy<Value = u16> {
    let known = [
        RTM_NEWLINK,
        RTM_NEWADDR,
        RTM_NEWROUTE,
        RTM_NEWNEIGH,
        RTM_NEWNSID,
        RTM_NEWQDISC,
        RTM_NEWTFILTER,
        NLMSG_ERROR,
        NLMSG_DONE,
    ];
    prop_oneof![
        proptest::sample::select(known.to_vec()),
        0..=RTM_GETNSID,
        0xa00..0xa0f_u16,
        0x100..0x103_u16,
        any::<u16>()
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_at_all_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        read(&bytes);
    }

    #[test]
    fn any_body_behind_a_true_header_is_read(
        (kind, flags, body) in
            (message_type(), any::<u16>(), proptest::collection::vec(prop_oneof![0..40_u8, any::<u8>()], 0..300))
    ) {
        let len = u32::try_from(HEADER_LEN + body.len()).unwrap();
        let header = Header { len, kind, flags, seq: 1, port: 0 }.encode();
        read(&[&header[..], &body].concat());
    }

    #[test]
    fn what_we_send_is_read_however_it_is_damaged(
        sent in prop_oneof![
            objects::link().prop_map(|link| link.create().unwrap()),
            nft::rule().prop_map(|rule| rule.append().unwrap()),
            nft::elements().prop_map(|elements| elements.add().unwrap().remove(0)),
        ],
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = sent.encode(7);
        for (place, value) in damage {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        read(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        read(&bytes);
        // Cut, but with a length that says so.
        if let (Ok(len), Some(place)) = (u32::try_from(bytes.len()), bytes.first_chunk_mut()) {
            *place = len.to_ne_bytes();
        }
        read(&bytes);
    }
}

/// A nest in a nest, a thousand times over, of every type that is read as one.
#[test]
fn nests_a_thousand_deep_are_read() {
    for kind in [1_u16, 2, 3, 4, 5, 8, 12, 18, 0x8012] {
        let mut nest = Vec::new();
        for _ in 0..1000 {
            let length = u16::try_from(nest.len() + 4).unwrap();
            nest = [&length.to_ne_bytes()[..], &kind.to_ne_bytes(), &nest].concat();
        }
        for message_type in
            [RTM_NEWLINK, RTM_NEWROUTE, RTM_NEWNEIGH, RTM_NEWTFILTER, NLMSG_ERROR, 0xa06, 0xa0c]
        {
            let body = [&[0; 16][..], &nest].concat();
            let len = u32::try_from(HEADER_LEN + body.len()).unwrap();
            let header = Header { len, kind: message_type, flags: 1, seq: 1, port: 0 }.encode();
            read(&[&header[..], &body].concat());
        }
    }
}
