//! Commands whose messages nothing here encodes: each is told by its own words, or by others that send the same.

use std::cell::RefCell;
use std::collections::HashMap;

use netlink_raw::describe::{self, Names};
use netlink_raw::kernel::{NFT_MSG_NEWSET, NFT_MSG_NEWSETELEM};
use netlink_raw::nft::{Element, Elements, Set, Type};
use netlink_raw::wire::Message;
use netlink_raw::{Decode, Protocol};

use super::There;

/// Recorded by `capture_more.py` beside them; a line `#= COMMAND` holds the words that are printed where they are
/// others.
const IPROUTE2: &str = include_str!("more.txt");
const NFT: &str = include_str!("nft_more.txt");

/// What is printed for a recorded command.
fn printed(recorded: &str, command: &str) -> String {
    let mut lines = recorded.lines().skip_while(|line| line.strip_prefix("# ") != Some(command)).skip(1);
    lines.next().and_then(|line| line.strip_prefix("#= ")).unwrap_or(command).to_owned()
}

#[test]
fn what_is_only_described_is_described_by_its_command() {
    let recorded = super::recorded(IPROUTE2);
    assert!(recorded.len() > 60);
    for (command, message) in recorded {
        let description = describe::message(&message, &There).unwrap();
        assert_eq!(description.command, Some(printed(IPROUTE2, command)), "{command}: {description}");
        assert!(!description.to_string().contains('?'), "a number has no name: {description}");
    }
}

/// The sets of one transaction.
#[derive(Default)]
struct Sets(HashMap<u32, (Type, Option<Type>, Vec<Element>)>, HashMap<String, (Type, Option<Type>)>);

impl Names for Sets {
    fn link(&self, index: u32) -> Option<String> {
        (index == 1).then(|| "lo".to_owned())
    }

    fn set(&self, _table: &str, set: &str) -> Option<(Type, Option<Type>)> {
        self.1.get(set).copied()
    }

    fn anonymous_set(&self, _table: &str, id: u32) -> Option<(Type, Option<Type>, &[Element])> {
        self.0.get(&id).map(|(key, data, elements)| (*key, *data, &elements[..]))
    }
}

#[test]
fn rules_that_others_make_are_described_by_their_commands() {
    let sets = RefCell::new(Sets::default());
    let mut told: Vec<(&str, Option<String>)> = Vec::new();
    for (command, bytes) in super::recorded(NFT) {
        let message = Message::parse(&bytes).unwrap();
        let description = describe::of(Protocol::Netfilter, &bytes, &*sets.borrow()).unwrap();
        assert!(!description.to_string().contains('?'), "a number has no name: {description}");
        let mut sets = sets.borrow_mut();
        match message.header.kind {
            NFT_MSG_NEWSET => {
                let set = Set::decode(&message).unwrap();
                sets.0.insert(set.id, (set.key, set.data, Vec::new()));
                sets.1.insert(set.name, (set.key, set.data));
            }
            NFT_MSG_NEWSETELEM => {
                let list = Elements::decode(&message).unwrap();
                if let Some(known) = sets.0.get_mut(&list.id) {
                    known.2.extend(list.elements);
                }
            }
            _ => {}
        }
        // The last of several messages is the rule.
        told.retain(|(known, _)| *known != command);
        told.push((command, description.command));
    }
    assert!(told.len() > 50);
    for (command, printed_now) in told {
        let expected = printed(NFT, command);
        assert_eq!(printed_now.unwrap_or_else(|| "nothing".to_owned()), expected, "{command}");
    }
}
