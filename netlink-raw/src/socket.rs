//! The socket: sends requests, matches answers to them, reads lists and events.

mod ahead;
mod events;
mod lists;
mod observe;
mod several;
mod transport;

use std::fmt::Display;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use self::observe::Observer;
use self::transport::Transport;
use crate::wire::{Acknowledgement, HEADER_LEN, Messages, align};
use crate::{Error, Request};

pub use self::events::Event;
pub use self::observe::{Exchange, Outcome};

/// Which part of the kernel a socket talks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protocol {
    /// NETLINK_ROUTE: links, addresses, routes.
    #[default]
    Route,
    /// NETLINK_NETFILTER: nf_tables and connections.
    Netfilter,
}

/// A netlink socket of one network namespace: the one its thread was in when it was opened. It stays there,
/// whatever namespace the thread joins later.
///
/// Source: netlink(7), `net/netlink/af_netlink.c`.
pub struct Socket {
    transport: Transport,
    observer: Observer,
    seq: u32,
}

impl Socket {
    /// Opens a socket of the routing family (rtnetlink(7)) in the calling thread's network namespace,
    /// closed on exec, and asks the kernel for words with its errors, for acknowledgements that do not
    /// repeat the request, and to check questions strictly. Kernels too old for these do without.
    ///
    /// # Errors
    /// [`Error::Io`] when the socket cannot be made.
    pub fn route() -> Result<Self, Error> {
        Self::open(Protocol::Route)
    }

    /// Opens a socket of netfilter (nfnetlink), otherwise like [`route`](Socket::route).
    ///
    /// Whoever closes one waits until the kernel has given back the memory of all that was deleted in nf_tables a
    /// moment ago, by anybody: 6 to 30 ms measured, where the deletion itself takes 0.06 (`nft_rcv_nl_event()`).
    ///
    /// # Errors
    /// [`Error::Io`] when the socket cannot be made: `EPROTONOSUPPORT` when the kernel has no nfnetlink.
    pub fn netfilter() -> Result<Self, Error> {
        Self::open(Protocol::Netfilter)
    }

    fn open(protocol: Protocol) -> Result<Self, Error> {
        Ok(Self::over(Transport::open(protocol)?, protocol))
    }

    /// A socket that sends nothing: its [observer](Socket::set_observer) is told what would have been sent,
    /// every request succeeds and every dump is empty. For dry runs.
    pub fn rehearsal() -> Self {
        Self::over(Transport::Rehearsal, Protocol::Route)
    }

    /// A [rehearsal](Socket::rehearsal) of a [netfilter](Socket::netfilter) socket.
    pub fn netfilter_rehearsal() -> Self {
        Self::over(Transport::Rehearsal, Protocol::Netfilter)
    }

    fn over(transport: Transport, protocol: Protocol) -> Self {
        Self { transport, observer: Observer::new(protocol), seq: 0 }
    }

    /// From now on `observer` is told of each message that this socket sends, once its outcome is known.
    pub fn set_observer(&mut self, observer: impl Fn(&Exchange<'_>) + Send + 'static) {
        self.observer.tell = Some(Box::new(observer));
    }

    /// The descriptor, for poll(2). A [rehearsal](Socket::rehearsal) has none.
    pub fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match &self.transport {
            Transport::Kernel(kernel) => Some(kernel.socket.as_fd()),
            Transport::Rehearsal => None,
        }
    }

    /// Sends all `requests` in one datagram and reads the acknowledgement of each. The kernel takes
    /// them in order, and a failure stops none of the later ones. Nothing is sent when there are none.
    ///
    /// Beyond 100 requests or 128 KiB it takes more than one datagram, or the socket's buffers would not hold
    /// the requests or the acknowledgements.
    ///
    /// # Errors
    /// The first request's error that failed; or what [`execute_each`](Socket::execute_each) fails with.
    pub fn execute(&mut self, requests: &[Request]) -> Result<(), Error> {
        self.execute_each(requests)?.into_iter().collect()
    }

    /// Like [`execute`](Socket::execute), but with the outcome of every request, in their order: for undoing
    /// what may be half done.
    ///
    /// # Errors
    /// [`Error::Io`] when sending or receiving fails (`EMSGSIZE`: one request alone is more than the socket's
    /// send buffer, about 200 KiB); [`Error::Malformed`] when the kernel's answer is.
    pub fn execute_each(&mut self, requests: &[Request]) -> Result<Vec<Result<(), Error>>, Error> {
        let mut results = Vec::with_capacity(requests.len());
        let mut rest = requests;
        while !rest.is_empty() {
            let (together, later) = rest.split_at(fitting(rest));
            results.extend(self.exchange(together)?);
            rest = later;
        }
        Ok(results)
    }

    /// Sends `requests` in one datagram.
    fn exchange(&mut self, requests: &[Request]) -> Result<Vec<Result<(), Error>>, Error> {
        let first = self.seq.wrapping_add(1);
        let numbered = (0..).zip(requests).map(|(count, request)| request.encode(first.wrapping_add(count)));
        let messages: Vec<Vec<u8>> = numbered.collect();
        self.seq = self.seq.wrapping_add(u32::try_from(messages.len()).unwrap_or(u32::MAX));
        let started = self.observer.begin();
        let Transport::Kernel(kernel) = &mut self.transport else {
            for message in &messages {
                self.observer.rehearsed(message, started);
            }
            return Ok(requests.iter().map(|_| Ok(())).collect());
        };
        let mut results: Vec<Option<Result<(), Error>>> = requests.iter().map(|_| None).collect();
        let exchange = kernel.send(&join(&messages), operation(requests)).and_then(|()| {
            acknowledgements(kernel, requests, first, &mut results, |index, result| {
                self.observer.acknowledged(&messages[index], result, started);
            })
        });
        if let Err(error) = exchange {
            for (message, _) in messages.iter().zip(&results).filter(|(_, result)| result.is_none()) {
                self.observer.failed(message, &error, started);
            }
            return Err(error);
        }
        Ok(results.into_iter().flatten().collect())
    }
}

impl std::fmt::Debug for Socket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Socket").field("descriptor", &self.descriptor()).finish_non_exhaustive()
    }
}

/// Reads acknowledgements until each of `requests`, numbered from `first`, has its own.
fn acknowledgements(
    kernel: &mut transport::Kernel,
    requests: &[Request],
    first: u32,
    results: &mut [Option<Result<(), Error>>],
    tell: impl Fn(usize, &Result<(), Error>),
) -> Result<(), Error> {
    let mut missing = requests.len();
    while missing > 0 {
        let datagram = kernel.receive(operation(requests))?;
        for message in Messages::new(&datagram) {
            let message = message?;
            let Some(acknowledgement) = Acknowledgement::parse(&message)? else { continue };
            let index = usize::try_from(message.header.seq.wrapping_sub(first)).unwrap_or(usize::MAX);
            let (Some(place), Some(request)) = (results.get_mut(index), requests.get(index)) else {
                continue;
            };
            if place.is_none() {
                let result = acknowledgement.into_result(&request.operation);
                tell(index, &result);
                *place = Some(result);
                missing -= 1;
            }
        }
        kernel.reuse(datagram);
    }
    Ok(())
}

/// How many of `requests` one datagram carries: at least one. The kernel charges the receive buffer, of
/// 208 KiB unless configured otherwise, with 832 bytes for each acknowledgement, and drops what is too much;
/// the send buffer has the same size.
fn fitting(requests: &[Request]) -> usize {
    const REQUESTS: usize = 100;
    const BYTES: usize = 128 * 1024;
    let mut bytes = 0_usize;
    let fits = |request: &&Request| {
        bytes = bytes.saturating_add(align(HEADER_LEN + request.body.len()));
        bytes <= BYTES
    };
    requests.iter().take(REQUESTS).take_while(fits).count().max(1)
}

/// Errors of the datagram as a whole are told with its first request's words.
fn operation(requests: &[Request]) -> &dyn Display {
    match requests.first() {
        Some(request) => &request.operation,
        None => &"netlink",
    }
}

/// The messages one after another, each at an aligned place.
fn join(messages: &[Vec<u8>]) -> Vec<u8> {
    let mut datagram = Vec::with_capacity(messages.iter().map(|m| m.len() + HEADER_LEN).sum());
    for message in messages {
        datagram.resize(align(datagram.len()), 0);
        datagram.extend_from_slice(message);
    }
    datagram
}

fn failed(operation: &dyn Display, source: io::Error) -> Error {
    Error::Io { operation: operation.to_string(), source }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use std::ops::ControlFlow;

    use super::*;
    use crate::Decode;
    use crate::route::{Address, Link};

    fn up() -> Request {
        Link { index: 1, ..Link::default() }.set().unwrap()
    }

    #[test]
    fn a_rehearsal_tells_what_it_would_send_and_sends_nothing() {
        let (into, told) = mpsc::channel();
        let mut socket = Socket::rehearsal();
        socket.set_observer(move |exchange| {
            assert!(matches!(exchange.outcome, Outcome::Rehearsed));
            into.send((exchange.datagram, exchange.message.to_vec())).unwrap();
        });
        socket.execute(&[up(), up()]).unwrap();
        assert!(socket.dump::<Address>(&Address::dump().unwrap()).unwrap().is_empty());
        assert!(matches!(socket.get::<Link>(&up()), Err(Error::NoReply { .. })));
        assert!(matches!(socket.next_event::<Link>(), Err(Error::NoReply { .. })));
        assert!(socket.descriptor().is_none());
        let told: Vec<(u64, Vec<u8>)> = told.try_iter().collect();
        assert_eq!(told.iter().map(|(datagram, _)| *datagram).collect::<Vec<_>>(), [1, 1, 2, 3]);
        assert_eq!(told[1].1, up().encode(2));
    }

    #[test]
    fn messages_in_a_datagram_begin_at_aligned_places() {
        let datagram = join(&[vec![1; 17], vec![2; 16]]);
        assert_eq!((datagram.len(), datagram[17..21].to_vec()), (36, vec![0, 0, 0, 2]));
    }

    #[test]
    fn a_datagram_carries_what_the_buffers_hold() {
        let big = Request { body: vec![0; 60_000], ..up() };
        let huge = Request { body: vec![0; 500_000], ..up() };
        assert_eq!(fitting(&vec![up(); 300]), 100);
        assert_eq!(fitting(&vec![big; 10]), 2);
        assert_eq!(fitting(&[huge, up()]), 1);
    }

    #[test]
    fn nothing_to_do_is_no_datagram() {
        let mut socket = Socket::rehearsal();
        socket.set_observer(|_| panic!("sent"));
        assert!(socket.execute_each(&[]).unwrap().is_empty());
    }

    #[test]
    fn a_socket_can_be_used_by_another_thread() {
        let mut socket = Socket::route().unwrap();
        let ask = move || socket.dump::<Link>(&Link::dump().unwrap()).unwrap();
        let links = std::thread::spawn(ask).join().unwrap();
        assert!(links.iter().any(|link| link.name.as_deref() == Some("lo")));
    }

    #[test]
    fn a_list_goes_no_further_than_is_wanted() {
        let mut socket = Socket::route().unwrap();
        let (into, told) = mpsc::channel();
        socket.set_observer(move |exchange| into.send(format!("{:?}", exchange.outcome)).unwrap());
        let broken = socket.dump_each(&Link::dump().unwrap(), |messages| {
            ControlFlow::Break(Link::decode(&messages[0]).unwrap().name.unwrap())
        });
        assert!(matches!(broken.unwrap(), ControlFlow::Break(_)));
        assert_eq!(told.try_iter().count(), 1);
    }

    #[test]
    fn questions_need_no_privilege() {
        let mut socket = Socket::route().unwrap();
        let links: Vec<Link> = socket.dump(&Link::dump().unwrap()).unwrap();
        let lo = links.iter().find(|link| link.name.as_deref() == Some("lo")).unwrap();
        let asked = Link { index: lo.index, ..Link::default() };
        assert_eq!(socket.get::<Link>(&asked.get().unwrap()).unwrap().device_type, 772);
    }
}
