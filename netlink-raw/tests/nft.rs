//! nf_tables: byte for byte what `nft` was recorded to send, described by the very command that sent it; and what
//! the running kernel makes of it, told by `nft`. The latter take root, and pass unseen without.

#[path = "support/inside.rs"]
mod inside;
#[path = "support/recorded.rs"]
mod recorded;

use std::process::Command;
use std::sync::mpsc;

use inside::inside;
use netlink_raw::describe::{self, Names};
use netlink_raw::kernel::{
    NF_INET_FORWARD, NFPROTO_INET, NFT_MSG_DELTABLE, NFT_MSG_NEWCHAIN, NFT_MSG_NEWRULE, NFT_MSG_NEWSET,
    NFT_MSG_NEWSETELEM, NFT_MSG_NEWTABLE, NLM_F_ACK,
};
use netlink_raw::nft::{
    Chain, Data, Element, Elements, Expression, Generation, Hook, Rule, Set, Table, Type, Verdict,
};
use netlink_raw::wire::{HEADER_LEN, Message};
use netlink_raw::{Decode, Error, Outcome, Protocol, Request, Socket};
use recorded::recorded;

/// The recorded messages; `capture_nft.py` beside it made it.
const RECORDED: &str = include_str!("golden/nft.txt");

fn service(address: Type) -> Type {
    Type::concatenation(&[address, Type::INET_SERVICE])
}

/// The sets of the ruleset.
struct There;

impl Names for There {
    fn set(&self, table: &str, set: &str) -> Option<(Type, Option<Type>)> {
        assert_eq!(table, "pontoon");
        let port = [Type::INET_PROTO, Type::INET_SERVICE];
        Some(match set {
            "networks" => (Type::DEVGROUP, None),
            "same" => (Type::concatenation(&[Type::DEVGROUP, Type::DEVGROUP]), None),
            "publish4" => (Type::concatenation(&port), Some(service(Type::IPV4_ADDR))),
            "publish6_at" => {
                let key = [Type::IPV6_ADDR, port[0], port[1]];
                (Type::concatenation(&key), Some(service(Type::IPV6_ADDR)))
            }
            _ => return None,
        })
    }
}

/// The same object, encoded by us.
fn again(message: &Message<'_>) -> Request {
    match message.header.kind {
        NFT_MSG_NEWTABLE => Table::decode(message).unwrap().add(),
        NFT_MSG_DELTABLE => Table::decode(message).unwrap().delete(),
        NFT_MSG_NEWCHAIN => Chain::decode(message).unwrap().add(),
        NFT_MSG_NEWRULE => Rule::decode(message).unwrap().append(),
        NFT_MSG_NEWSET => Set::decode(message).unwrap().add(),
        kind => {
            let elements = Elements::decode(message).unwrap();
            let requests = if kind == NFT_MSG_NEWSETELEM { elements.add() } else { elements.delete() };
            requests.map(|mut requests| requests.remove(0))
        }
    }
    .unwrap()
}

#[test]
fn what_nft_sends_is_read_and_sent_again_the_same() {
    for (line, bytes) in recorded(RECORDED) {
        let message = Message::parse(&bytes).unwrap();
        let ours = again(&message).encode(0);
        let ours = Message::parse(&ours).unwrap();
        assert_eq!(ours.header.kind, message.header.kind, "{line}");
        assert_eq!(ours.header.flags, message.header.flags | NLM_F_ACK, "{line}");
        assert_eq!(ours.payload, message.payload, "{line}");
    }
}

#[test]
fn what_nft_sends_is_described_by_the_command_that_sent_it() {
    for (line, bytes) in recorded(RECORDED) {
        let description = describe::of(Protocol::Netfilter, &bytes, &There).unwrap();
        let command = description.command.clone().unwrap_or_default().replace('\'', "");
        assert_eq!(command, format!("nft {line}"));
        let text = description.to_string();
        assert!(!text.contains("_?(") || text.contains("NFTA_LIST_ELEM_?("), "{text}");
    }
}

#[test]
fn elements_of_sets_not_known_are_described_in_hexadecimal() {
    let (_, bytes) = recorded(RECORDED)
        .into_iter()
        .find(|(line, _)| line.contains("add element") && line.contains("same"))
        .unwrap();
    let command = describe::of(Protocol::Netfilter, &bytes, &()).unwrap().command.unwrap();
    assert_eq!(command, "nft add element inet pontoon same '{ 0x0700000007000000 }'");
}

#[test]
fn our_own_structs_make_the_recorded_messages() {
    let recorded = recorded(RECORDED);
    let body = |line: &str| {
        let (_, bytes) =
            recorded.iter().find(|(found, _)| *found == line).unwrap_or_else(|| panic!("{line}"));
        bytes[HEADER_LEN..].to_vec()
    };
    let ours = [
        ("add table inet pontoon { comment \"pontoon, layout 1\"; }", table().add()),
        (
            "add map inet pontoon publish4 { type inet_proto . inet_service : ipv4_addr . inet_service; }",
            Set { id: 3, ..publish() }.add(),
        ),
        (
            "add chain inet pontoon filter_forward { type filter hook forward priority 0; policy drop; }",
            Chain { policy: Some(0), ..forward() }.add(),
        ),
        (
            "add rule inet pontoon filter_forward oifgroup @networks counter drop",
            rule(vec![
                Expression::Meta { key: 22, to: 1 },
                Expression::Lookup { set: "networks".into(), id: 1, from: 1, to: None, inverse: false },
                Expression::Counter,
                Expression::Immediate { to: 0, data: Data::Verdict(Verdict::Drop) },
            ])
            .append(),
        ),
    ];
    for (line, request) in ours {
        assert_eq!(request.unwrap().body, body(line), "{line}");
    }
    let elements = Elements { id: 3, elements: vec![port(8080)], ..published() }.add().unwrap();
    let line = "add element inet pontoon publish4 { tcp . 8080 comment \"pontoon:c1 /run\" : 10.1.0.2 . 80 }";
    assert_eq!(elements[0].body, body(line));
}

fn table() -> Table {
    let comment = Some("pontoon, layout 1".to_owned());
    Table { family: NFPROTO_INET, name: "pontoon".into(), comment, ..Table::default() }
}

fn publish() -> Set {
    Set {
        family: NFPROTO_INET,
        table: "pontoon".into(),
        name: "publish4".into(),
        id: 1,
        key: Type::concatenation(&[Type::INET_PROTO, Type::INET_SERVICE]),
        data: Some(service(Type::IPV4_ADDR)),
        ..Set::default()
    }
}

fn forward() -> Chain {
    Chain {
        family: NFPROTO_INET,
        table: "pontoon".into(),
        name: "filter_forward".into(),
        kind: Some("filter".into()),
        hook: Some(Hook { number: NF_INET_FORWARD, priority: 0 }),
        policy: Some(1),
        uses: None,
    }
}

fn rule(expressions: Vec<Expression>) -> Rule {
    Rule {
        family: NFPROTO_INET,
        table: "pontoon".into(),
        chain: "filter_forward".into(),
        expressions,
        ..Rule::default()
    }
}

fn published() -> Elements {
    Elements { family: NFPROTO_INET, table: "pontoon".into(), set: "publish4".into(), ..Elements::default() }
}

fn port(number: u16) -> Element {
    let number = number.to_be_bytes();
    Element {
        key: vec![6, 0, 0, 0, number[0], number[1], 0, 0],
        data: Some(Data::Value(vec![10, 1, 0, 2, 0, 80, 0, 0])),
        comment: Some("pontoon:c1 /run".into()),
        ..Element::default()
    }
}

/// What `nft` says.
fn nft(arguments: &str) -> String {
    let output = Command::new("nft").args(arguments.split(' ')).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_transaction_does_all_and_nft_reads_it() {
    if !inside("a_transaction_does_all_and_nft_reads_it") {
        return;
    }
    let mut socket = Socket::netfilter().unwrap();
    let accept = Expression::Immediate { to: 0, data: Data::Verdict(Verdict::Accept) };
    let elements = Elements { elements: vec![port(8080), port(443)], ..published() };
    let mut requests = vec![
        table().add().unwrap(),
        publish().add().unwrap(),
        forward().add().unwrap(),
        rule(vec![Expression::Meta { key: 22, to: 1 }, accept]).append().unwrap(),
    ];
    requests.extend(elements.add().unwrap());
    socket.transaction(&requests).unwrap();
    let text = nft("list table inet pontoon");
    for line in [
        "comment \"pontoon, layout 1\"",
        "type inet_proto . inet_service : ipv4_addr . inet_service",
        "tcp . 8080 comment \"pontoon:c1 /run\" : 10.1.0.2 . 80",
        "type filter hook forward priority filter; policy accept;",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let answers = socket
        .get_each(&[table().get().unwrap(), forward().get().unwrap(), publish().get().unwrap()])
        .unwrap();
    let answers: Vec<Vec<u8>> = answers.into_iter().map(Result::unwrap).collect();
    let told = Table::decode(&Message::parse(&answers[0]).unwrap()).unwrap();
    assert_eq!(told, Table { uses: Some(2), ..table() });
    let told = Chain::decode(&Message::parse(&answers[1]).unwrap()).unwrap();
    assert_eq!(told, Chain { uses: Some(1), ..forward() });
    assert_eq!(socket.dump::<Rule>(&rule(Vec::new()).dump().unwrap()).unwrap().len(), 1);
    let asked = Elements { elements: vec![port(443)], ..published() };
    assert_eq!(socket.get::<Elements>(&asked.get().unwrap()).unwrap().elements, [port(443)]);
    let asked = [Elements { elements: vec![port(1)], ..published() }.get().unwrap(), table().get().unwrap()];
    let answers = socket.get_each(&asked).unwrap();
    assert!(
        answers[0].as_ref().is_err_and(|error| error.errno() == Some(libc::ENOENT)) && answers[1].is_ok()
    );
}

#[test]
fn a_transaction_of_megabytes_is_one_datagram() {
    if !inside("a_transaction_of_megabytes_is_one_datagram") {
        return;
    }
    let mut socket = Socket::netfilter().unwrap();
    let elements = Elements { elements: (1..=20_000).map(port).collect(), ..published() };
    let mut requests = vec![table().add().unwrap(), publish().add().unwrap()];
    requests.extend(elements.add().unwrap());
    assert!(requests.iter().map(|request| request.body.len()).sum::<usize>() > 1_000_000);
    socket.transaction(&requests).unwrap();
    let lists: Vec<Elements> = socket.dump(&published().dump().unwrap()).unwrap();
    assert_eq!(lists.iter().map(|list| list.elements.len()).sum::<usize>(), 20_000);
}

#[test]
fn a_transaction_that_fails_changes_nothing_and_tells_the_first_error() {
    if !inside("a_transaction_that_fails_changes_nothing_and_tells_the_first_error") {
        return;
    }
    let mut socket = Socket::netfilter().unwrap();
    // More errors than the receive buffer holds.
    let missing = Elements { set: "missing".into(), elements: vec![port(1)], ..published() };
    let mut requests =
        vec![table().add().unwrap(), Chain { name: "x".repeat(300), ..forward() }.add().unwrap()];
    requests.extend((0..2000).flat_map(|_| missing.add().unwrap()));
    let refused = socket.transaction(&requests).unwrap_err().to_string();
    assert!(refused.starts_with(&format!("add chain {}", "x".repeat(300))), "{refused}");
    assert_eq!(nft("list tables"), "");
    socket.transaction(&[table().add().unwrap()]).unwrap();
    let refused = socket.transaction(&missing.add().unwrap()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "add elements of set missing of table pontoon: No such file or directory"
    );
    socket.transaction(&[table().delete().unwrap()]).unwrap();
    assert_eq!(socket.transaction(&[table().delete().unwrap()]).unwrap_err().errno(), Some(libc::ENOENT));
    socket.transaction(&[]).unwrap();
}

#[test]
fn a_rehearsal_tells_a_transaction_and_sends_nothing() {
    let mut socket = Socket::netfilter_rehearsal();
    let (into, told) = mpsc::channel();
    socket.set_observer(move |exchange| {
        assert!(matches!(exchange.outcome, Outcome::Rehearsed) && exchange.datagram == 1);
        into.send(exchange.describe(&()).unwrap().name).unwrap();
    });
    socket.transaction(&[table().add().unwrap(), forward().add().unwrap()]).unwrap();
    let names = ["NFNL_MSG_BATCH_BEGIN", "NFT_MSG_NEWTABLE", "NFT_MSG_NEWCHAIN", "NFNL_MSG_BATCH_END"];
    assert_eq!(told.try_iter().collect::<Vec<_>>(), names);
    let asked = Socket::netfilter_rehearsal().get_each(&[table().get().unwrap()]).unwrap();
    assert!(matches!(asked[..], [Err(Error::NoReply { .. })]));
}

#[test]
fn a_socket_that_is_dropped_is_closed_in_the_end() {
    if !inside("a_socket_that_is_dropped_is_closed_in_the_end") {
        return;
    }
    // Eth 12 is NETLINK_NETFILTER; the kernel's own socket has port 0.
    let ours = || {
        let table = std::fs::read_to_string("/proc/self/net/netlink").unwrap();
        table
            .lines()
            .filter(|line| {
                let words: Vec<&str> = line.split_whitespace().collect();
                words[1] == "12" && words[2] != "0"
            })
            .count()
    };
    let mut socket = Socket::netfilter().unwrap();
    socket.transaction(&[table().add().unwrap()]).unwrap();
    socket.transaction(&[table().delete().unwrap()]).unwrap();
    assert_eq!(ours(), 1);
    drop(socket);
    let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while ours() > 0 {
        assert!(std::time::Instant::now() < until, "the socket stays");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}

#[test]
fn questions_for_flows_and_their_end_are_described() {
    use netlink_raw::flow::{Flow, Tuple};
    let flow = Flow {
        family: 2,
        original: Tuple {
            source: Some([192, 0, 2, 2].into()),
            destination: Some([192, 0, 2, 1].into()),
            protocol: 17,
            source_port: 9,
            destination_port: 53,
        },
        id: Some(7),
        ..Flow::default()
    };
    let sent = flow.delete().unwrap().encode(1);
    assert_eq!(Flow::decode(&Message::parse(&sent).unwrap()).unwrap(), flow);
    let command = |bytes: &[u8]| describe::of(Protocol::Netfilter, bytes, &()).unwrap().command.unwrap();
    let deleted = "conntrack -D -f ipv4 -p udp -s 192.0.2.2 -d 192.0.2.1 --sport 9 --dport 53";
    assert_eq!(command(&sent), deleted);
    let asked = Flow::dump(10, 17, 53).unwrap().encode(1);
    assert_eq!(command(&asked), "conntrack -L -f ipv6 -p udp --dport 53");
    let text = describe::of(Protocol::Netfilter, &asked, &()).unwrap().to_string();
    assert!(text.contains("CTA_PROTO_DST_PORT 53") && !text.contains("_?("), "{text}");
}

#[test]
fn a_transaction_of_an_older_generation_is_refused() {
    if !inside("a_transaction_of_an_older_generation_is_refused") {
        return;
    }
    let mut socket = Socket::netfilter().unwrap();
    let seen: Generation = socket.get(&Generation::get().unwrap()).unwrap();
    socket.transaction_since(seen, &[table().add().unwrap()]).unwrap();
    let refused = socket.transaction_since(seen, &[table().delete().unwrap()]).unwrap_err();
    assert_eq!(refused.errno(), Some(libc::ERESTART), "{refused}");
    assert_eq!(nft("list tables"), "table inet pontoon\n");
}
