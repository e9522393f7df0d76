//! Makes a bridge, a veth pair with one end on it and the other in the network namespace of process PID, and
//! gives that end a hardware address. Shows what is sent. As root:
//!
//!     unshare --net sleep 100 &
//!     cargo run --example veth_pair -- $!

use netlink_raw::describe;
use netlink_raw::kernel::IFF_UP;
use netlink_raw::route::{Kind, Link, Netns};
use netlink_raw::{Exchange, Socket};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pid: u32 = std::env::args().nth(1).ok_or("usage: veth_pair PID")?.parse()?;
    let mut socket = Socket::route()?;
    socket.set_observer(show);

    let bridge = Link {
        name: Some("br-example".into()),
        flags: IFF_UP,
        change: IFF_UP,
        kind: Some(Kind::Bridge(Box::default())),
        ..Link::default()
    };
    socket.execute(&[bridge.create()?])?;
    let bridge: Link = socket.get(&bridge.get()?)?;

    let peer = Link {
        name: Some("eth0".into()),
        address: Some([0x02, 0x42, 0x0a, 0x01, 0x00, 0x02].into()),
        netns: Some(Netns::Pid(pid)),
        ..Link::default()
    };
    let pair = Link {
        name: Some("veth-example".into()),
        flags: IFF_UP,
        change: IFF_UP,
        master: Some(bridge.index),
        kind: Some(Kind::Veth { peer: Some(Box::new(peer)) }),
        ..Link::default()
    };
    socket.execute(&[pair.create()?])?;
    for link in socket.dump::<Link>(&Link::dump()?)? {
        println!("{}: {:?} {:?}", link.index, link.name, link.kind);
    }
    Ok(())
}

/// Prints a message, the command that does the same, and what came of it.
fn show(exchange: &Exchange<'_>) {
    match describe::message(exchange.message, &()) {
        Ok(words) => print!("# {}\n{words}", words.command.as_deref().unwrap_or("no such command")),
        Err(error) => println!("{error}"),
    }
    println!("=> {:?} in {:?}\n", exchange.outcome, exchange.elapsed);
}
