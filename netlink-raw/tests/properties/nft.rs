//! Random objects of nf_tables, and what holds for them.

use netlink_raw::nft::{
    Chain, Counter, Data, Element, Elements, Expression, Hook, Rule, Set, Table, Type, Verdict,
};
use netlink_raw::wire::Message;
use netlink_raw::{Protocol, describe};
use proptest::option::of;
use proptest::prelude::*;

use super::received;

fn name() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[a-z][^\\x00]{0,30}").unwrap()
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 1..64)
}

fn data() -> impl Strategy<Value = Data> {
    let verdict = prop_oneof![
        Just(Verdict::Drop),
        Just(Verdict::Accept),
        Just(Verdict::Return),
        name().prop_map(Verdict::Jump),
        name().prop_map(Verdict::Goto),
        (2..i32::MAX).prop_map(Verdict::Other),
    ];
    prop_oneof![bytes().prop_map(Data::Value), verdict.prop_map(Data::Verdict)]
}

fn expression() -> impl Strategy<Value = Expression> {
    let number = any::<u32>;
    prop_oneof![
        (number(), number()).prop_map(|(key, to)| Expression::Meta { key, to }),
        (number(), of(any::<u8>()), number()).prop_map(|(key, direction, to)| Expression::Ct {
            key,
            direction,
            to
        }),
        (number(), number(), number(), number()).prop_map(|(base, offset, length, to)| Expression::Payload {
            base,
            offset,
            length,
            to
        }),
        (number(), number(), number()).prop_map(|(flags, result, to)| Expression::Fib { flags, result, to }),
        (number(), number(), bytes()).prop_map(|(from, operator, value)| Expression::Compare {
            from,
            operator,
            value
        }),
        (number(), number(), bytes(), bytes()).prop_map(|(from, to, mask, xor)| Expression::Bitwise {
            from,
            to,
            mask,
            xor
        }),
        (name(), number(), number(), of(number()), any::<bool>())
            .prop_map(|(set, id, from, to, inverse)| Expression::Lookup { set, id, from, to, inverse }),
        (number(), data()).prop_map(|(to, data)| Expression::Immediate { to, data }),
        (number(), number(), of(number()), of(number()))
            .prop_map(|(kind, family, address, port)| Expression::Nat { kind, family, address, port }),
        Just(Expression::Masquerade),
        Just(Expression::Counter),
        bytes().prop_map(|bytes| Expression::Other {
            name: "limit".to_owned(),
            data: [&[8, 0, 4, 0][..], &bytes[..1], &[0; 3]].concat(),
        }),
    ]
}

pub(super) fn rule() -> impl Strategy<Value = Rule> {
    let expressions = proptest::collection::vec(expression(), 0..12);
    (any::<u8>(), name(), name(), of(any::<u64>()), expressions).prop_map(
        |(family, table, chain, handle, expressions)| Rule { family, table, chain, handle, expressions },
    )
}

fn types() -> impl Strategy<Value = Type> {
    let known = [
        Type::IPV4_ADDR,
        Type::IPV6_ADDR,
        Type::INET_PROTO,
        Type::INET_SERVICE,
        Type::DEVGROUP,
        Type::VERDICT,
    ];
    let one = (any::<u32>(), any::<u32>()).prop_map(|(number, length)| Type { number, length });
    prop_oneof![
        proptest::sample::select(known.to_vec()),
        proptest::collection::vec(proptest::sample::select(known[..5].to_vec()), 1..5)
            .prop_map(|parts| Type::concatenation(&parts)),
        one,
    ]
}

fn set() -> impl Strategy<Value = Set> {
    (any::<u8>(), name(), name(), any::<u32>(), any::<u32>(), types(), of(types())).prop_map(
        |(family, table, name, id, flags, key, data)| Set {
            family,
            table,
            name,
            id,
            flags: flags & !8,
            key,
            data,
        },
    )
}

pub(super) fn elements() -> impl Strategy<Value = Elements> {
    let comment = proptest::string::string_regex("[^\\x00]{1,60}").unwrap();
    let counter = (any::<u64>(), any::<u64>()).prop_map(|(packets, bytes)| Counter { packets, bytes });
    let keys = (bytes(), of(bytes()));
    let element = (keys, of(data()), any::<u32>(), of(comment), of(counter), of(any::<u64>()), of(name()))
        .prop_map(|((key, key_end), data, flags, comment, counter, timeout, object)| Element {
            key,
            key_end,
            data,
            flags,
            comment,
            counter,
            timeout,
            object,
        });
    let list = proptest::collection::vec(element, 1..20);
    (any::<u8>(), name(), name(), any::<u32>(), list)
        .prop_map(|(family, table, set, id, elements)| Elements { family, table, set, id, elements })
}

proptest! {
    #[test]
    fn a_table_survives(family: u8, name in name(), flags: u32, comment in of("[a-z ]{1,100}")) {
        let table = Table { family, name, flags, comment, uses: None };
        prop_assert_eq!(received::<Table>(table.add()), table);
    }

    #[test]
    fn a_chain_survives(
        (family, table, chain) in (any::<u8>(), name(), name()),
        (kind, policy) in (of(name()), of(any::<u32>())),
        hook in of((any::<u32>(), any::<i32>())),
    ) {
        let hook = hook.map(|(number, priority)| Hook { number, priority });
        let chain = Chain { family, table, name: chain, kind, hook, policy, uses: None };
        prop_assert_eq!(received::<Chain>(chain.add()), chain);
    }

    #[test]
    fn a_rule_survives(rule in rule()) {
        prop_assert_eq!(received::<Rule>(rule.append()), rule);
    }

    #[test]
    fn a_set_survives(set in set()) {
        prop_assert_eq!(received::<Set>(set.add()), set);
    }

    #[test]
    fn elements_survive(elements in elements()) {
        let requests = elements.add().unwrap();
        prop_assert_eq!(requests.len(), 1);
        prop_assert_eq!(received::<Elements>(Ok(requests[0].clone())), elements);
    }

    #[test]
    fn whatever_we_send_to_netfilter_can_be_described(rule in rule(), elements in elements()) {
        for request in [vec![rule.append().unwrap()], elements.create().unwrap()].concat() {
            let bytes = request.encode(7);
            prop_assert!(Message::parse(&bytes).is_ok());
            let description = describe::of(Protocol::Netfilter, &bytes, &()).unwrap();
            let escaped = |text: &str| text.chars().all(|c| c == '\n' || !c.is_control());
            prop_assert!(escaped(&description.to_string()));
            prop_assert!(escaped(&description.command.unwrap_or_default()));
        }
    }
}
