//! The table `inet pontoon`: its sets, its chains and their rules, which are the same for any networks and ports.

use netlink_raw::Request;
use netlink_raw::kernel::{
    NF_INET_FORWARD, NF_INET_LOCAL_OUT, NF_INET_POST_ROUTING, NF_INET_PRE_ROUTING, NFPROTO_INET,
};
use netlink_raw::nft::{Chain, Expression, Hook, Rule, Set, Table, Type};

use super::rules::{self, Rules};

/// The name of the table.
pub(super) const TABLE: &str = "pontoon";

/// Tells one layout from another: to be changed whenever anything in this file or in `rules` is.
const LAYOUT: &str = "pontoon: networks and published ports, layout 1";

const PORT: [Type; 2] = [Type::INET_PROTO, Type::INET_SERVICE];

/// What a set's keys are, and what a map holds.
type Types = (Type, Option<Type>);

const fn target(address: Type) -> Type {
    Type::concatenation(&[address, Type::INET_SERVICE])
}

const fn at(address: Type) -> Type {
    Type::concatenation(&[address, PORT[0], PORT[1]])
}

/// Every set and map.
const SETS: [(&str, Types); 12] = [
    ("networks", (Type::DEVGROUP, None)),
    ("masqueraded", (Type::DEVGROUP, None)),
    ("internal", (Type::DEVGROUP, None)),
    ("isolated", (Type::DEVGROUP, None)),
    ("open", (Type::DEVGROUP, None)),
    ("same", (Type::concatenation(&[Type::DEVGROUP, Type::DEVGROUP]), None)),
    ("hairpin4", (Type::concatenation(&[Type::IPV4_ADDR, Type::IPV4_ADDR]), None)),
    ("hairpin6", (Type::concatenation(&[Type::IPV6_ADDR, Type::IPV6_ADDR]), None)),
    ("publish4", (Type::concatenation(&PORT), Some(target(Type::IPV4_ADDR)))),
    ("publish6", (Type::concatenation(&PORT), Some(target(Type::IPV6_ADDR)))),
    ("publish4_at", (at(Type::IPV4_ADDR), Some(target(Type::IPV4_ADDR)))),
    ("publish6_at", (at(Type::IPV6_ADDR), Some(target(Type::IPV6_ADDR)))),
];

/// The maps of published ports.
pub(super) const MAPS: [&str; 4] = ["publish4", "publish6", "publish4_at", "publish6_at"];

/// Every chain: its name, its type, where and when packets come to it (dstnat is -100, srcnat 100: one later, so that
/// the host's own rules come first), and its rules.
const CHAINS: [(&str, &str, Hook, Rules); 5] = [
    ("raw_prerouting", "filter", hook(NF_INET_PRE_ROUTING, -300), rules::raw_prerouting),
    ("nat_prerouting", "nat", hook(NF_INET_PRE_ROUTING, -99), rules::nat_prerouting),
    ("nat_output", "nat", hook(NF_INET_LOCAL_OUT, -99), rules::nat_output),
    ("nat_postrouting", "nat", hook(NF_INET_POST_ROUTING, 101), rules::nat_postrouting),
    ("filter_forward", "filter", hook(NF_INET_FORWARD, 0), rules::filter_forward),
];

const fn hook(number: u32, priority: i32) -> Hook {
    Hook { number, priority }
}

/// What the keys of a set are, and what a map holds: for the words of `--explain`.
pub(crate) fn types(table: &str, set: &str) -> Option<(Type, Option<Type>)> {
    SETS.iter().find(|(name, _)| table == TABLE && *name == set).map(|(_, types)| *types)
}

/// The table itself.
pub(super) fn table() -> Table {
    let (name, comment) = (TABLE.to_owned(), Some(LAYOUT.to_owned()));
    Table { family: NFPROTO_INET, name, comment, ..Table::default() }
}

/// A request, and the option of the kernel without which it is refused.
pub(super) type Step = (Request, &'static str);

/// Takes away the table, if there is one, and makes it anew, all but the elements.
pub(super) fn build() -> Result<Vec<Step>, netlink_raw::Error> {
    let option = "CONFIG_NF_TABLES and CONFIG_NF_TABLES_INET";
    // A table that is not there can't be deleted, but one that is there can be added.
    let mut steps = vec![(table().add()?, option), (table().delete()?, option), (table().add()?, option)];
    for (id, (name, (key, data))) in (1..).zip(SETS) {
        let set =
            Set { family: NFPROTO_INET, table: TABLE.into(), name: name.into(), id, flags: 0, key, data };
        steps.push((set.add()?, option));
    }
    for (name, kind, hook, _) in CHAINS {
        let chain = Chain { kind: Some(kind.into()), hook: Some(hook), policy: Some(1), ..named(name) };
        steps.push((chain.add()?, if kind == "nat" { "CONFIG_NFT_NAT" } else { option }));
    }
    for (name, _, _, rules) in CHAINS {
        for (number, expressions) in (1..).zip(rules()) {
            let option = needed(&expressions);
            let rule = Rule {
                family: NFPROTO_INET,
                table: TABLE.into(),
                chain: name.into(),
                handle: None,
                expressions,
            };
            let operation = format!("add rule {number} of chain {name} of table {TABLE}").into();
            steps.push((Request { operation, ..rule.append()? }, option));
        }
    }
    Ok(steps)
}

/// The questions whether the table is whole: it itself, then each chain.
pub(super) fn questions() -> Result<Vec<Request>, netlink_raw::Error> {
    let chains = CHAINS.iter().map(|(name, ..)| named(name).get());
    std::iter::once(table().get()).chain(chains).collect()
}

/// Whether a table as the kernel tells it has this layout, and as many sets and chains.
pub(super) fn is_whole(found: &Table) -> bool {
    found.comment.as_deref() == Some(LAYOUT)
        && found.flags == 0
        && found.uses.and_then(|uses| usize::try_from(uses).ok()) == Some(SETS.len() + CHAINS.len())
}

/// Whether a chain as the kernel tells it is where it should be, and has as many rules.
pub(super) fn is_full(found: &Chain) -> bool {
    CHAINS.iter().any(|(name, kind, hook, rules)| {
        let uses = found.uses.and_then(|uses| usize::try_from(uses).ok());
        found.name == *name
            && found.kind.as_deref() == Some(kind)
            && found.hook == Some(*hook)
            && uses == Some(rules().len())
    })
}

fn named(name: &str) -> Chain {
    Chain { family: NFPROTO_INET, table: TABLE.into(), name: name.into(), ..Chain::default() }
}

/// The options of the kernel that a rule needs.
fn needed(expressions: &[Expression]) -> &'static str {
    let has = |wanted: fn(&Expression) -> bool| expressions.iter().any(wanted);
    let masquerade = has(|expression| matches!(expression, Expression::Masquerade));
    if has(|expression| matches!(expression, Expression::Fib { .. })) {
        if masquerade { "CONFIG_NFT_MASQ and CONFIG_NFT_FIB_INET" } else { "CONFIG_NFT_FIB_INET" }
    } else if masquerade {
        "CONFIG_NFT_MASQ and CONFIG_NFT_CT"
    } else if has(|expression| matches!(expression, Expression::Nat { .. })) {
        "CONFIG_NFT_NAT"
    } else if has(|expression| matches!(expression, Expression::Ct { .. })) {
        "CONFIG_NFT_CT"
    } else {
        "CONFIG_NF_TABLES"
    }
}

#[cfg(test)]
mod tests {
    use netlink_raw::Protocol;
    use netlink_raw::describe::{self, Names};

    use super::*;

    struct Known;

    impl Names for Known {
        fn set(&self, table: &str, set: &str) -> Option<(Type, Option<Type>)> {
            types(table, set)
        }
    }

    #[test]
    fn each_step_is_told_by_a_command() {
        let commands: Vec<String> = build()
            .expect("steps")
            .iter()
            .map(|(request, _)| {
                let told = describe::of(Protocol::Netfilter, &request.encode(1), &Known).expect("a message");
                told.command.clone().unwrap_or_else(|| panic!("no command: {told}"))
            })
            .collect();
        for rule in [
            "nft add map inet pontoon publish4 '{ type inet_proto . inet_service : ipv4_addr . inet_service; }'",
            "nft add chain inet pontoon nat_output '{ type nat hook output priority -99; policy accept; }'",
            "nft add rule inet pontoon nat_output dnat ip6 to ip6 daddr . meta l4proto . th dport map @publish6_at",
            "nft add rule inet pontoon nat_postrouting ip saddr . ip daddr @hairpin4 ct status dnat masquerade",
            "nft add rule inet pontoon filter_forward ct state established,related accept",
        ] {
            assert!(commands.iter().any(|command| command == rule), "{rule}: {commands:#?}");
        }
    }

    #[test]
    fn a_refusal_names_the_option_of_the_kernel() {
        let options: Vec<&str> = build().expect("steps").iter().map(|(_, option)| *option).collect();
        for option in
            ["CONFIG_NFT_NAT", "CONFIG_NFT_FIB_INET", "CONFIG_NFT_MASQ and CONFIG_NFT_CT", "CONFIG_NFT_CT"]
        {
            assert!(options.contains(&option), "{option}");
        }
    }
}
