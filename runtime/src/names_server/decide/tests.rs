use super::*;

const WEB: &str = "0123456789ab";

fn entry(id: &str, addresses: &[&str], names: &[&str]) -> Entry {
    Entry {
        id: id.to_owned(),
        addresses: addresses.iter().map(|address| address.parse().expect("an address")).collect(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        ..Entry::default()
    }
}

fn zone(gateway: &str, subnets: &[&str]) -> Zone {
    Zone {
        listen: vec![gateway.parse().expect("an address")],
        subnets: subnets.iter().map(|subnet| subnet.parse().expect("a prefix")).collect(),
        ..Zone::default()
    }
}

/// `blue` with web, db (twice) and one that is on `red` too; `red` with api; `dark`, which is internal.
fn table() -> Table {
    let mut table = Table::default();
    table.set_zone("blue", zone("10.1.0.1", &["10.1.0.0/16", "fd01::/64"]));
    table.set_zone("red", zone("10.2.0.1", &["10.2.0.0/16"]));
    table.set_zone("dark", Zone { internal: true, ..zone("10.3.0.1", &["10.3.0.0/16"]) });
    table.add("blue", entry("a", &["10.1.0.2", "fd01::2"], &["web", "www.shop.test", WEB]));
    table.add("blue", entry("b", &["10.1.0.3"], &["db1", "db"]));
    table.add("blue", entry("c", &["10.1.0.4"], &["db2", "DB"]));
    table.add("blue", entry("d", &["10.1.0.5"], &["both"]));
    table.add("red", entry("d", &["10.2.0.5"], &["both"]));
    table.add("red", entry("e", &["10.2.0.2"], &["api", "api.internal.test"]));
    table.add("dark", entry("f", &["10.3.0.2"], &["cave"]));
    table
}

fn asked(table: &Table, network: &str, from: &str, kind: Kind, name: &str) -> Decision {
    let servers = ["192.0.2.53".parse().expect("an address")];
    let search = ["corp.example".to_owned()];
    let outside =
        Outside { servers: &servers, search: &search, is_containers: &|name| name == "asleep.dock" };
    let labels = name.split('.').filter(|label| !label.is_empty()).map(str::to_ascii_lowercase).collect();
    let asker = Asker { network, address: from.parse().expect("an address") };
    decide(table, &outside, asker, &Question { labels, kind }, 0)
}

fn blue(kind: Kind, name: &str) -> Decision {
    asked(&table(), "blue", "10.1.0.2", kind, name)
}

fn addresses(list: &[&str]) -> Decision {
    Decision::Addresses(list.iter().map(|address| address.parse().expect("an address")).collect())
}

fn forwarded() -> Decision {
    Decision::Forward(vec!["192.0.2.53".parse().expect("an address")])
}

#[test]
fn a_name_an_alias_and_a_short_id_are_the_address() {
    for name in ["web", "WEB", WEB, "www.shop.test"] {
        assert_eq!(blue(Kind::A, name), addresses(&["10.1.0.2"]), "{name}");
        assert_eq!(blue(Kind::Aaaa, name), addresses(&["fd01::2"]), "{name}");
        assert_eq!(blue(Kind::Any, name), addresses(&["10.1.0.2", "fd01::2"]), "{name}");
    }
}

#[test]
fn a_name_without_the_type_exists_all_the_same() {
    assert_eq!(blue(Kind::Aaaa, "db1"), addresses(&[]));
    assert_eq!(blue(Kind::Other, "web"), addresses(&[]));
    assert_eq!(blue(Kind::Ptr, "web"), addresses(&[]));
}

#[test]
fn all_who_share_an_alias_take_turns() {
    let table = table();
    let outside = Outside { servers: &[], search: &[], is_containers: &|_| false };
    let asker = Asker { network: "blue", address: "10.1.0.2".parse().expect("an address") };
    let question = Question { labels: vec!["db".into()], kind: Kind::A };
    let answers: Vec<_> = (0..3).map(|turn| decide(&table, &outside, asker, &question, turn)).collect();
    let (first, second) = (addresses(&["10.1.0.3", "10.1.0.4"]), addresses(&["10.1.0.4", "10.1.0.3"]));
    assert_eq!(answers, [first.clone(), second, first]);
}

#[test]
fn the_reverse_of_an_address_is_its_names() {
    let names = Decision::Names(vec!["web".into(), "www.shop.test".into(), WEB.into()]);
    assert_eq!(blue(Kind::Ptr, "2.0.1.10.in-addr.arpa"), names);
    let six = "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.d.f.ip6.arpa";
    assert_eq!(blue(Kind::Ptr, six), names);
    assert_eq!(blue(Kind::Other, "2.0.1.10.in-addr.arpa"), Decision::Names(vec![]));
}

#[test]
fn only_names_of_the_askers_networks_are_told() {
    assert_eq!(blue(Kind::A, "api"), Decision::Unknown);
    assert_eq!(blue(Kind::A, "api.internal.test"), Decision::Unknown);
    assert_eq!(blue(Kind::Ptr, "2.0.2.10.in-addr.arpa"), Decision::Unknown);
    let table = table();
    let both = |name| asked(&table, "blue", "10.1.0.5", Kind::A, name);
    assert_eq!(both("api"), addresses(&["10.2.0.2"]), "one that is on both sees both");
    assert_eq!(both("both"), addresses(&["10.1.0.5", "10.2.0.5"]), "the network asked on comes first");
    assert_eq!(both("cave"), Decision::Unknown);
}

#[test]
fn a_stranger_is_refused() {
    let table = table();
    for from in ["10.2.0.2", "192.0.2.7", "127.0.0.1", "fd02::2"] {
        assert_eq!(asked(&table, "blue", from, Kind::A, "web"), Decision::Refused, "{from}");
    }
    assert_eq!(asked(&table, "gone", "10.1.0.2", Kind::A, "web"), Decision::Refused);
}

#[test]
fn other_names_go_to_other_servers() {
    for name in ["example.com", "web.example.com", "both.example.corp", "", "8.8.8.8.in-addr.arpa"] {
        assert_eq!(blue(Kind::A, name), forwarded(), "{name:?}");
    }
    assert_eq!(blue(Kind::Ptr, "10.in-addr.arpa"), forwarded(), "more than the network");
    let mut table = table();
    let own = |server: &str| vec![server.parse().expect("an address")];
    table.set_zone("blue", Zone { upstream: own("198.51.100.1"), ..table.zone("blue").unwrap().clone() });
    let from = |table: &Table, from| asked(table, "blue", from, Kind::A, "example.com");
    assert_eq!(from(&table, "10.1.0.3"), Decision::Forward(own("198.51.100.1")), "the network's server");
    table.add("blue", Entry { upstream: own("198.51.100.2"), ..entry("b", &["10.1.0.3"], &["db1"]) });
    assert_eq!(from(&table, "10.1.0.3"), Decision::Forward(own("198.51.100.2")), "the container's");
    table.add("blue", Entry { upstream: own("10.2.0.1"), ..entry("b", &["10.1.0.3"], &["db1"]) });
    assert_eq!(from(&table, "10.1.0.3"), Decision::Failed, "never this one itself");
}

/// CVE-2025-8283: what is meant for a container is asked of nobody else, whatever a resolver makes of it.
#[test]
fn what_may_be_a_containers_name_stays() {
    let single = ["nobody", "com", "cave"];
    let elsewhere = ["api.internal.test", "asleep.dock"];
    let appended = ["web.corp.example", "Web.Corp.Example", "api.corp.example", "www.shop.test.corp.example"];
    let reverse =
        ["9.9.1.10.in-addr.arpa", "2.10.in-addr.arpa", "9.3.10.in-addr.arpa", "0.0.0.0.1.0.d.f.ip6.arpa"];
    for name in single.iter().chain(&elsewhere).chain(&appended) {
        for kind in [Kind::A, Kind::Aaaa, Kind::Ptr, Kind::Other] {
            assert_eq!(blue(kind, name), Decision::Unknown, "{name} {kind:?}");
        }
    }
    let known = ["0.0.0.0.1.0.d.f.ip6.arpa"];
    for name in reverse.iter().filter(|name| !known.contains(name)) {
        assert_eq!(blue(Kind::Ptr, name), Decision::Unknown, "{name}");
    }
    let mut table = table();
    table.add("blue", Entry { search: vec!["Lab.Test.".into()], ..entry("b", &["10.1.0.3"], &["db1"]) });
    assert_eq!(asked(&table, "blue", "10.1.0.3", Kind::Aaaa, "web.lab.test"), Decision::Unknown);
    assert_eq!(asked(&table, "blue", "10.1.0.2", Kind::Aaaa, "web.lab.test"), forwarded());
}

/// CVE-2024-29018.
#[test]
fn an_internal_network_asks_nobody() {
    let table = table();
    for name in ["example.com", "nobody", "8.8.8.8.in-addr.arpa", "", "web"] {
        assert_eq!(asked(&table, "dark", "10.3.0.2", Kind::A, name), Decision::Unknown, "{name:?}");
    }
    assert_eq!(asked(&table, "dark", "10.3.0.2", Kind::A, "cave"), addresses(&["10.3.0.2"]));
}

#[test]
fn one_that_goes_is_forgotten_and_only_that() {
    let mut table = table();
    table.remove("blue", "c");
    let ask = |table: &Table, name| asked(table, "blue", "10.1.0.2", Kind::A, name);
    assert_eq!(ask(&table, "db"), addresses(&["10.1.0.3"]));
    assert_eq!(ask(&table, "db2"), Decision::Unknown);
    table.add("blue", entry("b", &["10.1.0.9"], &["db3"]));
    assert_eq!(ask(&table, "db"), Decision::Unknown);
    assert_eq!(ask(&table, "db3"), addresses(&["10.1.0.9"]));
    assert_eq!(blue(Kind::A, "db"), addresses(&["10.1.0.3", "10.1.0.4"]));
}
