use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Instant;

use super::*;
use crate::sys::gate::{Step, install, uninstall};

fn state() -> (tempfile::TempDir, State) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let state = State::at(directory.path());
    (directory, state)
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn pool(subnet: &str) -> Pool {
    Pool::of("blue", subnet.parse().expect("a subnet"))
}

fn get(state: &State, id: &str, pool: &Pool) -> String {
    claim(state, id, pool, None).expect("an address").to_string()
}

/// Runs `act` and counts the system calls that it makes through the gate, by name.
fn counted<T>(act: impl FnOnce() -> T) -> (T, BTreeMap<&'static str, usize>) {
    let calls = Rc::new(RefCell::new(BTreeMap::new()));
    let heard = Rc::clone(&calls);
    install(Rc::new(move |step: &Step<'_>| *heard.borrow_mut().entry(step.call).or_default() += 1), false);
    let result = act();
    uninstall();
    (result, calls.take())
}

/// Makes every lease from `10.1.FIRST` on, as many as are said, for another container.
fn fill(state: &State, first: u32, count: u32) {
    let leases = state.leases("blue");
    make_directories(&leases).expect("directories");
    let base = u32::from_be_bytes([10, 1, 0, 0]) + first;
    for address in (base..base + count).map(std::net::Ipv4Addr::from_bits) {
        std::os::unix::fs::symlink("other", leases.join(address.to_string())).expect("a lease");
    }
}

#[test]
fn each_gets_the_next_address_of_each_family_and_what_is_given_back_rests() {
    let (_directory, state) = state();
    let (four, six) = (pool("10.1.0.0/29"), pool("fd00:1::/64"));
    assert_eq!((get(&state, "c1", &four), get(&state, "c1", &six)), ("10.1.0.2".into(), "fd00:1::2".into()));
    assert_eq!((get(&state, "c2", &four), get(&state, "c2", &six)), ("10.1.0.3".into(), "fd00:1::3".into()));
    assert_eq!(holder(&state, "blue", ip("fd00:1::2")).as_deref(), Some("c1"));
    release(&state, "c2", "blue", ip("10.1.0.2")).expect("not its own");
    release(&state, "c1", "blue", ip("10.1.0.2")).expect("given back");
    release(&state, "c1", "blue", ip("10.1.0.2")).expect("given back already");
    let next: Vec<_> = (4..=8).map(|number| get(&state, &format!("c{number}"), &four)).take(4).collect();
    assert_eq!(next, ["10.1.0.4", "10.1.0.5", "10.1.0.6", "10.1.0.2"]);
    let told = claim(&state, "c9", &four, None).expect_err("it is full").to_string();
    assert_eq!(
        told,
        "network blue: no free address in 10.1.0.0/29 (5 are held; see pontoon network inspect blue)"
    );
    assert_eq!(of(&state, "c1"), [("blue".to_owned(), ip("fd00:1::2"))]);
    assert_eq!(all(&state, "blue").len(), 7);
    release_all(&state, "c1", &of(&state, "c1")).expect("given back");
    assert!(of(&state, "c1").is_empty());
}

#[test]
fn an_address_that_was_asked_for_is_had_or_refused_and_moves_nobody_on() {
    let (_directory, state) = state();
    let four = pool("10.1.0.0/16");
    let asked = Some(ip("10.1.0.9"));
    assert_eq!(claim(&state, "c1", &four, asked).expect("the address"), ip("10.1.0.9"));
    let told = claim(&state, "c2", &four, asked).expect_err("it is taken").to_string();
    assert_eq!(told, "network blue: 10.1.0.9 is in use by container c1");
    let told = claim(&state, "c2", &four, Some(ip("10.1.0.1"))).expect_err("the gateway").to_string();
    assert_eq!(told, "network blue: 10.1.0.1 is the gateway's address");
    assert_eq!(get(&state, "c2", &four), "10.1.0.2");
}

#[test]
fn a_full_sixteen_is_as_fast_as_an_empty_one() {
    // On a disk, making and removing so many takes seconds.
    let directory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    let directory = directory.expect("a temporary directory");
    let state = State::at(directory.path());
    let four = pool("10.1.0.0/16");
    let (first, empty) = counted(|| get(&state, "c1", &four));
    assert_eq!(first, "10.1.0.2");
    fill(&state, 3, 65_000);
    remember(&state, &four, ip("10.1.253.234"));
    let (address, full) = counted(|| get(&state, "c2", &four));
    assert_eq!(address, "10.1.253.235");
    // The same calls but for the directories, which are there.
    let count = |calls: &BTreeMap<_, _>, call| calls.get(call).copied().unwrap_or_default();
    assert_eq!((count(&full, "symlink"), count(&full, "rename")), (2, 1));
    assert_eq!((count(&empty, "symlink"), count(&empty, "rename")), (2, 1));
    assert_eq!(full.values().sum::<usize>(), 3);

    // In the midst of those that are taken, the directory is read once, and the next claim goes on from there.
    remember(&state, &four, ip("10.1.0.2"));
    let (address, lost) = counted(|| get(&state, "c3", &four));
    assert_eq!((address.as_str(), count(&lost, "symlink")), ("10.1.253.236", ATTEMPTS + 2));
    let (address, found) = counted(|| get(&state, "c4", &four));
    assert_eq!((address.as_str(), count(&found, "symlink")), ("10.1.253.237", 2));
    let ((), back) = counted(|| release(&state, "c4", "blue", ip("10.1.253.237")).expect("given back"));
    assert_eq!(back.values().sum::<usize>(), 1);
}

#[test]
fn two_subnets_of_a_network_go_their_own_rounds() {
    let (_directory, state) = state();
    let (one, other) = (pool("10.1.0.0/24"), pool("10.2.0.0/24"));
    let both = |id| (get(&state, id, &one), get(&state, id, &other));
    assert_eq!(both("c1"), ("10.1.0.2".to_owned(), "10.2.0.2".to_owned()));
    assert_eq!(both("c2"), ("10.1.0.3".to_owned(), "10.2.0.3".to_owned()));
}

#[test]
fn once_a_subnet_is_full_the_next_one_gives() {
    let (_directory, state) = state();
    let (one, others) = (pool("10.1.0.0/30"), [pool("10.2.0.0/30"), pool("10.3.0.0/30")]);
    let next = |id| claim_next(&state, id, &one, &others).map_err(|error| error.to_string());
    for (id, expected) in [("c1", (0, "10.1.0.2")), ("c2", (1, "10.2.0.2")), ("c3", (2, "10.3.0.2"))] {
        assert_eq!(next(id), Ok((expected.0, ip(expected.1))));
    }
    assert_eq!(
        next("c4").expect_err("all are full"),
        "network blue: no free address in 10.1.0.0/30 and 10.2.0.0/30 and 10.3.0.0/30 (3 are held; see pontoon network inspect blue)"
    );
    release(&state, "c1", "blue", ip("10.1.0.2")).expect("given back");
    assert_eq!(next("c4"), Ok((0, ip("10.1.0.2"))));
}

#[test]
fn what_fails_half_way_leaves_nothing() {
    let (_directory, state) = state();
    let (four, six) = (pool("10.1.0.0/16"), pool("fd00:1::/64"));
    claim(&state, "c1", &six, Some(ip("fd00:1::9"))).expect("the address");
    let asked = [(&four, None), (&six, Some(ip("fd00:1::9")))];
    let told = claim_all(&state, "c2", &asked).expect_err("one is taken").to_string();
    assert_eq!(told, "network blue: fd00:1::9 is in use by container c1");
    assert!(of(&state, "c2").is_empty());
    assert_eq!(claim_all(&state, "c2", &[(&four, None), (&six, None)]).expect("both").len(), 2);
    // Where the leases can't be written, the other network's are given back.
    std::fs::create_dir_all(state.network("red")).expect("a directory");
    std::fs::write(state.leases("red"), "").expect("a file in the way");
    let red = Pool::of("red", "10.3.0.0/24".parse().expect("a subnet"));
    claim_all(&state, "c3", &[(&four, None), (&red, None)]).expect_err("no directory");
    assert!(of(&state, "c3").is_empty());
}

#[test]
fn a_hint_that_is_nonsense_or_gone_is_no_trouble() {
    let (_directory, state) = state();
    let four = pool("10.1.0.0/29");
    get(&state, "c1", &four);
    for nonsense in ["x", "10.9.0.1", "fd00::1"] {
        std::fs::remove_file(hint(&state, &four)).expect("a hint");
        std::os::unix::fs::symlink(nonsense, hint(&state, &four)).expect("a hint");
        let address = claim(&state, "c2", &four, None).expect("an address");
        assert_eq!(address, ip("10.1.0.3"));
        release(&state, "c2", "blue", address).expect("given back");
    }
}

#[test]
fn a_rehearsal_writes_nothing_and_passes_over_what_is_taken() {
    let (directory, state) = state();
    let four = pool("10.1.0.0/24");
    install(Rc::new(|_| {}), true);
    let first = claim(&state, "c1", &four, None);
    uninstall();
    assert_eq!(first.expect("an address"), ip("10.1.0.2"));
    assert!(entries(directory.path()).is_empty());
    claim(&state, "c1", &four, Some(ip("10.1.0.2"))).expect("the address");
    install(Rc::new(|_| {}), true);
    let second = claim(&state, "c2", &four, None);
    let refused = claim(&state, "c2", &four, Some(ip("10.1.0.2")));
    uninstall();
    assert_eq!(second.expect("an address"), ip("10.1.0.3"));
    assert!(refused.is_err());
    assert_eq!(all(&state, "blue").len(), 1);
}

#[test]
fn of_many_at_once_each_has_its_own() {
    let (_directory, state) = state();
    let (four, six) = (pool("10.1.0.0/24"), pool("fd00:1::/64"));
    let (state, asked) = (&state, [(&four, None), (&six, None)]);
    std::thread::scope(|scope| {
        for number in 0..20 {
            scope.spawn(move || claim_all(state, &format!("c{number}"), &asked).expect("addresses"));
        }
    });
    assert_eq!(all(state, "blue").len(), 40);
    for number in 0..20 {
        assert_eq!(of(state, &format!("c{number}")).len(), 2);
    }
}

#[test]
fn global_identifiers_differ() {
    assert_ne!(global_id().expect("bits"), global_id().expect("other bits"));
}

/// `cargo test -p pontoon --lib -- --ignored --nocapture what_a_lease_takes`
#[test]
#[ignore = "prints times"]
fn what_a_lease_takes() {
    let directory = tempfile::tempdir_in("/dev/shm").expect("a temporary directory");
    let state = State::at(directory.path());
    let four = pool("10.1.0.0/16");
    let timed = |what: &str, act: &dyn Fn()| {
        let begun = Instant::now();
        act();
        println!("{what}: {:?}", begun.elapsed());
    };
    timed("the first, with its directories", &|| drop(get(&state, "c1", &four)));
    timed("the second", &|| drop(get(&state, "c2", &four)));
    fill(&state, 4, 65_000);
    remember(&state, &four, ip("10.1.253.235"));
    timed("after 65,000", &|| drop(get(&state, "c3", &four)));
    timed("100 more", &|| (0..100).for_each(|_| drop(get(&state, "c6", &four))));
    remember(&state, &four, ip("10.1.0.3"));
    timed("after 65,000, from their beginning", &|| drop(get(&state, "c4", &four)));
    timed("the next", &|| drop(get(&state, "c5", &four)));
    timed("given back", &|| release(&state, "c3", "blue", ip("10.1.253.236")).expect("given back"));
    timed("all of one container, looked for", &|| drop(of(&state, "c5")));
}
