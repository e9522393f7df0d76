use std::net::{Ipv6Addr, TcpListener, UdpSocket};
use std::time::Instant;

use super::claim::refused;
use super::*;
use crate::plan::network::ports::requests;
use crate::sys;

fn state() -> (tempfile::TempDir, State) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let state = State::at(directory.path());
    (directory, state)
}

fn get(state: &State, id: &str, published: &[&str]) -> Result<Vec<Published>> {
    let published: Vec<String> = published.iter().map(|&text| text.to_owned()).collect();
    claim(state, id, &requests(&published, None).expect("requests"), &[])
}

fn problem(state: &State, id: &str, published: &[&str]) -> String {
    get(state, id, published).expect_err("it can't be had").to_string()
}

/// `count` ports in a row that are free in both families and nobody is offered. Each test has its own.
fn free(count: u16) -> u16 {
    use std::sync::atomic::{AtomicU16, Ordering};
    static NEXT: AtomicU16 = AtomicU16::new(20_000);
    loop {
        // Tests of other processes begin elsewhere.
        let offset = u16::try_from(std::process::id() % 100).expect("below 100") * 100;
        let first = NEXT.fetch_add(count, Ordering::Relaxed) + offset;
        let is_free = |port| TcpListener::bind(("::", port)).is_ok() && UdpSocket::bind(("::", port)).is_ok();
        if (first..first + count).all(is_free) {
            return first;
        }
    }
}

fn nothing_is_left(state: &State) -> bool {
    Protocol::ALL.into_iter().all(|it| entries(&directory(state).join(it.name())).is_empty())
}

#[test]
fn a_port_is_claimed_in_both_families_and_given_back() {
    let (_directory, state) = state();
    let port = free(1);
    let had = get(&state, "c1", &[&format!("{port}:80")]).expect("the port");
    assert_eq!(had[0].to_string(), format!("0.0.0.0:{port}->80/tcp, [::]:{port}->80/tcp"));
    let held: Vec<_> = holders(&state).into_iter().map(|held| (held.address.to_string(), held.id)).collect();
    assert_eq!(held, [("0.0.0.0".to_owned(), "c1".to_owned()), ("::".to_owned(), "c1".to_owned())]);
    assert_eq!(
        problem(&state, "c2", &[&format!("127.0.0.1:{port}:80")]),
        format!("port {port}/tcp is in use by container c1")
    );
    get(&state, "c2", &[&format!("{port}:80/udp")]).expect("the other protocol's");
    release(&state, "c2", &had).expect("not its own");
    assert_eq!(holders(&state).len(), 4);
    release(&state, "c1", &had).expect("given back");
    release(&state, "c1", &had).expect("given back already");
    release_all(&state, "c2").expect("given back");
    assert!(nothing_is_left(&state));
}

#[test]
fn an_address_is_in_the_way_of_the_wildcard_of_its_family_alone() {
    let (_directory, state) = state();
    let port = free(1);
    get(&state, "c1", &[&format!("127.0.0.1:{port}:80")]).expect("the port");
    get(&state, "c2", &[&format!("127.0.0.2:{port}:80")]).expect("another address");
    get(&state, "c3", &[&format!("[::]:{port}:80")]).expect("the other family");
    for text in [format!("{port}:80"), format!("0.0.0.0:{port}:80"), format!("127.0.0.1:{port}:80")] {
        let told = problem(&state, "c4", &[&text]);
        assert!(told.starts_with(&format!("port {port}/tcp on 127.0.0.")), "{told}");
    }
    assert_eq!(
        problem(&state, "c4", &[&format!("[::1]:{port}:80")]),
        format!("port {port}/tcp is in use by container c3")
    );
    assert_eq!(holders(&state).len(), 3);
}

#[test]
fn what_fails_half_way_leaves_nothing() {
    let (_directory, state) = state();
    let port = free(3);
    let listener = UdpSocket::bind(("127.0.0.1", port + 2)).expect("a socket");
    let asked = [
        format!("{port}:80"),
        format!("127.0.0.1:{}:81", port + 1),
        "82".to_owned(),
        format!("{}:83/udp", port + 2),
    ];
    let told = problem(&state, "c1", &asked.each_ref().map(String::as_str));
    assert!(told.starts_with(&format!("port {}/udp on 127.0.0.1 is in use by ", port + 2)), "{told}");
    assert!(told.ends_with(&format!("(pid {})", std::process::id())), "{told}");
    assert!(nothing_is_left(&state));
    drop(listener);
    get(&state, "c1", &asked.each_ref().map(String::as_str)).expect("now there is room");
}

#[test]
fn a_link_that_can_t_be_made_takes_the_others_with_it() {
    let (_directory, state) = state();
    let port = free(2);
    // In the place of the second port's directory lies a file: no link can be made in it.
    let tcp = directory(&state).join("tcp");
    make_directories(&tcp).expect("a directory");
    std::fs::write(tcp.join((port + 1).to_string()), "").expect("a file");
    get(&state, "c1", &[&format!("{port}:80"), &format!("{}:81", port + 1)]).expect_err("no directory");
    assert_eq!(entries(&tcp), [(port + 1).to_string()]);
    // The first family's link was made, the second's can't be.
    let mut claim = Claim::of(&state, "c1", &[]);
    let request = requests(&[format!("{port}:80")], None).expect("a request")[0];
    let six = link(&state, Protocol::Tcp, port, Ipv6Addr::UNSPECIFIED.into());
    make_directories(&six).expect("a directory");
    claim.take(&request, port).expect_err("a directory is in the way");
    assert_eq!(entries(&tcp.join(port.to_string())).len(), 2);
    claim.give_back();
    assert_eq!(entries(&tcp.join(port.to_string())), ["::"]);
}

#[test]
fn what_an_earlier_life_left_is_one_s_own() {
    let (_directory, state) = state();
    let port = free(1);
    get(&state, "c1", &[&format!("127.0.0.1:{port}:80")]).expect("the port");
    get(&state, "c1", &[&format!("{port}:80")]).expect("the same again, and more");
    let held: Vec<_> = holders(&state).into_iter().map(|held| held.address.to_string()).collect();
    assert_eq!(held, ["0.0.0.0", "::"]);
}

#[test]
fn of_a_range_the_first_that_is_free_is_had_after_those_that_are_fixed() {
    let (_directory, state) = state();
    let port = free(3);
    let range = format!("{port}-{}", port + 2);
    let listener = TcpListener::bind(("0.0.0.0", port + 1)).expect("a listener");
    let had = get(&state, "c1", &[&format!("{range}:80"), &format!("{port}:81")]).expect("two ports");
    let ports: Vec<_> = had.iter().map(|had| (had.host_port, had.port)).collect();
    assert_eq!(ports, [(port + 2, 80), (port, 81)]);
    assert_eq!(
        problem(&state, "c2", &[&format!("{range}:80")]),
        format!("ports {range}/tcp are all in use: port {port}/tcp is in use by container c1")
    );
    drop(listener);
    assert_eq!(get(&state, "c2", &[&format!("{range}:80")]).expect("a port")[0].host_port, port + 1);
    // Two that ask for one range in one command have one each.
    release_all(&state, "c1").expect("given back");
    let both = [&*format!("{range}:80"), &*format!("{range}:81")];
    let ports: Vec<_> = get(&state, "c3", &both).expect("two").iter().map(|had| had.host_port).collect();
    assert_eq!(ports, [port, port + 2]);
}

#[test]
fn the_kernel_chooses_and_what_another_has_is_not_had() {
    let (_directory, state) = state();
    let published: Vec<String> = (1..=50).map(|port| port.to_string()).collect();
    let had = claim(&state, "c1", &requests(&published, None).expect("requests"), &[]).expect("ports");
    let mut ports: Vec<u16> = had.iter().map(|had| had.host_port).collect();
    assert_eq!(had.iter().map(|had| had.port).collect::<Vec<_>>(), (1..=50).collect::<Vec<_>>());
    ports.sort_unstable();
    ports.dedup();
    assert_eq!(ports.len(), 50);
}

#[test]
fn an_address_that_is_not_the_host_s_and_a_protocol_that_is_not_the_kernel_s_are_told() {
    let (_directory, state) = state();
    let told = problem(&state, "c1", &["192.0.2.1:8080:80"]);
    assert_eq!(told, "port 8080/tcp: 192.0.2.1 is no address of this host");
    let request = requests(&["9:9/sctp".to_owned()], None).expect("a request")[0];
    let arguments = String::new();
    let error = sys::Error { call: "bind", arguments, errno: Errno::EPROTONOSUPPORT };
    let told = refused(&request, 9, error).to_string();
    assert_eq!(told, "port 9/sctp: the kernel has no SCTP (CONFIG_IP_SCTP)");
    assert!(nothing_is_left(&state));
}

#[test]
fn a_rehearsal_tells_what_is_in_the_way_and_writes_nothing() {
    let (directory, state) = state();
    let port = free(2);
    crate::sys::gate::install(std::rc::Rc::new(|_| {}), true);
    let had = get(&state, "c1", &[&format!("{port}:80"), "81"]);
    crate::sys::gate::uninstall();
    let had = had.expect("ports");
    assert_eq!(had[0].host_port, port);
    assert_ne!(had[1].host_port, 0);
    assert!(entries(directory.path()).is_empty());
    get(&state, "c1", &[&format!("{port}:80")]).expect("the port");
    crate::sys::gate::install(std::rc::Rc::new(|_| {}), true);
    let told = get(&state, "c2", &[&format!("{port}:80")]).map_err(|error| error.to_string());
    crate::sys::gate::uninstall();
    assert_eq!(told, Err(format!("port {port}/tcp is in use by container c1")));
}

#[test]
fn a_container_is_named_by_its_name() {
    let (_directory, state) = state();
    make_directories(&state.directory("c1")).expect("a directory");
    let record = r#"{"id":"c1","name":"web","bundle":"/","rootfs":"/","command":[],"created":0,"remove":false,
        "detached":false,"terminal":false,"network":"bridge","own_network":true,"cgroups":[],"annotations":{},
        "filter":null,"process":{"cwd":"/","user":{"uid":0,"gid":0}}}"#;
    std::fs::write(state.directory("c1").join("container.json"), record).expect("a container");
    let port = free(1);
    get(&state, "c1", &[&format!("{port}:80")]).expect("the port");
    let told = problem(&state, "c2", &[&format!("{port}:80")]);
    assert_eq!(told, format!("port {port}/tcp is in use by container web"));
}

#[test]
fn of_many_at_once_each_has_its_own() {
    let (_directory, state) = state();
    let first = free(40);
    let asked = [format!("{first}-{}:80", first + 39), "81".to_owned(), "82/udp".to_owned()];
    let (state, asked) = (&state, &asked);
    let claim = move |id: String| get(state, &id, &asked.each_ref().map(String::as_str)).expect("ports");
    let mut had: Vec<(Protocol, u16)> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..20).map(|number| scope.spawn(move || claim(format!("c{number}")))).collect();
        let had = threads.into_iter().flat_map(|thread| thread.join().expect("ports"));
        had.map(|had| (had.protocol, had.host_port)).collect()
    });
    had.sort_unstable();
    had.dedup();
    assert_eq!(had.len(), 60);
    let port = free(1);
    let winners = std::thread::scope(|scope| {
        let claim = move |id: String| get(state, &id, &[&format!("{port}:80")]).is_ok();
        let threads: Vec<_> =
            (0..20).map(|number| scope.spawn(move || claim(format!("d{number}")))).collect();
        threads.into_iter().map(|thread| thread.join().expect("an answer")).filter(|&won| won).count()
    });
    assert_eq!(winners, 1);
}

/// `cargo test -p pontoon --lib -- --ignored --nocapture what_a_claim_takes`
#[test]
#[ignore = "prints times"]
fn what_a_claim_takes() {
    let directory = tempfile::tempdir_in("/dev/shm").expect("a temporary directory");
    let state = State::at(directory.path());
    for round in 0..=4 {
        let first = 10_000 + round * 250;
        let begun = Instant::now();
        let had: Vec<_> = (first..first + 250)
            .map(|port| get(&state, &format!("c{port}"), &[&format!("{port}:80")]).expect("a port"))
            .collect();
        let claimed = begun.elapsed() / 250;
        let begun = Instant::now();
        release(&state, &format!("c{first}"), &had[0]).expect("given back");
        println!("{} held: a claim {claimed:?}, a release {:?}", first + 250 - 10_000, begun.elapsed());
    }
}
