//! What comes back from the kernel: refusals, more acknowledgements than fit, announcements between the answers.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::ControlFlow;

use netlink_raw::kernel::{
    AF_INET, IFF_UP, NUD_PERMANENT, RT_SCOPE_LINK, RT_TABLE_MAIN, RTM_DELLINK, RTM_NEWLINK, RTNLGRP_LINK,
};
use netlink_raw::route::{Link, Neighbour, Route};
use netlink_raw::wire::Message;
use netlink_raw::{Decode, Error, Request, Socket};

use super::{bridge, find, inside, named, observe};

#[test]
fn failures_are_told_in_the_kernels_words_and_stop_nothing() {
    if !inside("answers::failures_are_told_in_the_kernels_words_and_stop_nothing") {
        return;
    }
    let mut socket = Socket::route().unwrap();
    let first = bridge("br0").create().unwrap();
    let requests = [first.clone(), first, bridge("br1").create().unwrap()];
    let results = socket.execute_each(&requests).unwrap();
    assert!(matches!(results[..], [Ok(()), Err(_), Ok(())]), "{results:?}");
    assert_eq!(results[1].as_ref().unwrap_err().to_string(), "add link br0: File exists");

    let huge = Link { mtu: Some(1_000_000), index: find(&mut socket, "br1").index, ..Link::default() };
    let error = socket.execute(&[huge.set().unwrap()]).unwrap_err();
    assert_eq!(error.errno(), Some(libc::EINVAL));
    assert!(matches!(error, Error::Kernel { text: Some(_), .. }), "{error}");

    let error = socket.get::<Link>(&named("nowhere").get().unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "get link nowhere: No such device");

    // The socket is none the worse for it.
    assert_eq!(socket.dump::<Link>(&Link::dump().unwrap()).unwrap().len(), 3);
}

#[test]
fn more_requests_than_the_receive_buffer_holds_acknowledgements() {
    if !inside("answers::more_requests_than_the_receive_buffer_holds_acknowledgements") {
        return;
    }
    let mut socket = Socket::route().unwrap();
    socket.execute(&[bridge("br0").create().unwrap()]).unwrap();
    let index = find(&mut socket, "br0").index;
    let entry = |number: u16| {
        let [high, low] = number.to_be_bytes();
        let destination = Some([10, 2, high, low].into());
        let link_address = Some([2, 0, 0, 0, high, low].into());
        Neighbour { index, state: NUD_PERMANENT, destination, link_address, ..Neighbour::default() }
    };
    let requests: Vec<Request> = (0..2000).map(|number| entry(number).add().unwrap()).collect();
    let told = observe(&mut socket);
    socket.execute(&requests).unwrap();
    assert_eq!(told.lock().unwrap().len(), 2000);
    assert_eq!(told.lock().unwrap().last().map(|(datagram, _)| *datagram), Some(2 + 20));
    let table: Vec<Neighbour> = socket.dump(&Neighbour::dump(0).unwrap()).unwrap();
    assert_eq!(table.iter().filter(|n| n.state == NUD_PERMANENT && n.index == index).count(), 2000);

    // All of them are refused.
    let results = socket.execute_each(&requests).unwrap();
    assert!(results.iter().all(|r| r.as_ref().is_err_and(|e| e.errno() == Some(libc::EEXIST))));
}

#[test]
fn announcements_can_be_forgotten_however_many_there_are() {
    if !inside("answers::announcements_can_be_forgotten_however_many_there_are") {
        return;
    }
    let mut socket = Socket::route().unwrap();
    socket.join(RTNLGRP_LINK).unwrap();
    assert!(!socket.drain().unwrap(), "nothing has happened");
    let mut another = Socket::route().unwrap();
    another.execute(&[bridge("br0").create().unwrap()]).unwrap();
    // One comes between the question and its answer, and is kept.
    assert_eq!(find(&mut socket, "br0").name.as_deref(), Some("br0"));
    assert!(socket.drain().unwrap());
    assert!(!socket.drain().unwrap());
    // More than the socket holds: what is lost has been announced too.
    for mtu in 0..600 {
        let changed = Link { mtu: Some(1000 + mtu), ..named("br0") };
        another.execute(&[changed.set().unwrap()]).unwrap();
    }
    assert!(socket.drain().unwrap());
    assert!(!socket.drain().unwrap());
    assert_eq!(find(&mut socket, "br0").mtu, Some(1599));
    another.execute(&[named("br0").delete().unwrap()]).unwrap();
    assert!(socket.drain().unwrap());
}

#[test]
fn announcements_are_heard_and_do_not_disturb_answers() {
    if !inside("answers::announcements_are_heard_and_do_not_disturb_answers") {
        return;
    }
    let mut socket = Socket::route().unwrap();
    socket.join(RTNLGRP_LINK).unwrap();
    // Made over the same socket: its own announcements come between its answers.
    socket.execute(&[bridge("br0").create().unwrap(), bridge("br1").create().unwrap()]).unwrap();
    assert_eq!(find(&mut socket, "br0").name.as_deref(), Some("br0"));
    assert_eq!(socket.dump::<Link>(&Link::dump().unwrap()).unwrap().len(), 3);
    let mut another = Socket::route().unwrap();
    another.execute(&[named("br0").delete().unwrap()]).unwrap();

    let mut seen = Vec::new();
    for event in socket.events::<Link>() {
        let event = event.unwrap();
        seen.push((event.kind, event.object.name.unwrap()));
        if event.kind == RTM_DELLINK {
            break;
        }
    }
    assert_eq!(seen[0], (RTM_NEWLINK, "br0".into()));
    assert!(seen.contains(&(RTM_NEWLINK, "br1".into())), "{seen:?}");
    assert_eq!(seen.last(), Some(&(RTM_DELLINK, "br0".into())));
}

#[test]
fn a_long_list_is_told_in_its_order_and_left_where_one_likes() {
    if !inside("answers::a_long_list_is_told_in_its_order_and_left_where_one_likes") {
        return;
    }
    let lo = Link { index: 1, flags: IFF_UP, change: IFF_UP, ..Link::default() };
    let route = |number: u32| Route {
        destination: Some((Ipv4Addr::from(0x0a00_0000 | number << 8).into(), 24)),
        output_interface: Some(1),
        scope: RT_SCOPE_LINK,
        ..Route::default()
    };
    let routes: Vec<Request> = (0..60_000).map(|number| route(number).add().unwrap()).collect();
    let mut socket = Socket::route().unwrap();
    socket.execute(&[&[lo.set().unwrap()], &routes[..]].concat()).unwrap();

    let main = Route { family: AF_INET, table: RT_TABLE_MAIN, ..Route::default() }.dump_alike().unwrap();
    let number = |message: &Message<'_>| match Route::decode(message).unwrap().destination {
        Some((IpAddr::V4(address), 24)) => u32::from(address) >> 8 & 0xffff,
        other => panic!("{other:?}"),
    };
    let mut told = Vec::new();
    let whole = socket.dump_each(&main, |messages| {
        told.extend(messages.iter().map(number));
        ControlFlow::<()>::Continue(())
    });
    assert_eq!(whole.unwrap(), ControlFlow::Continue(true));
    assert!(told.into_iter().eq(0..60_000));
    // The socket is as good as before.
    assert_eq!(find(&mut socket, "lo").index, 1);

    let left =
        socket.dump_each(&main, |messages| match messages.iter().map(number).find(|it| *it == 50_000) {
            Some(found) => ControlFlow::Break(found),
            None => ControlFlow::Continue(()),
        });
    assert_eq!(left.unwrap(), ControlFlow::Break(50_000));
}
