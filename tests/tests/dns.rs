//! The name server of containers, as they meet it: in network namespaces of their own, with another name server
//! outside that tells what it was asked.

use pontoon_tests::{Host, Output, Running};

const ROOT: &str = "/run/pontoon";

/// A host with two bridges and an internal one, two guests on the first and one on each other, and a name server in
/// another namespace that the host's resolv.conf names.
struct Harbour<'h> {
    host: &'h Host,
    upstream: Running<'h>,
}

const NETWORKS: &str = "
    set -e
    ip netns add up; ip link add u0 type veth peer name eth0 netns up
    ip addr add 192.0.2.1/24 dev u0; ip link set u0 up
    ip -n up addr add 192.0.2.53/24 dev eth0; ip -n up link set eth0 up; ip -n up link set lo up
    bridge() { # NAME V4 V6
        ip link add $1 type bridge; ip link set $1 up
        ip addr add $2/24 dev $1; ip addr add $3/64 dev $1 nodad
    }
    guest() { # NAME BRIDGE V4 V6 GATEWAY
        ip netns add $1; ip link add v$1 master $2 type veth peer name eth0 netns $1
        ip link set v$1 up; ip -n $1 link set lo up; ip -n $1 link set eth0 up
        ip -n $1 addr add $3/24 dev eth0; ip -n $1 addr add $4/64 dev eth0 nodad
        ip -n $1 route add default via $5
    }
    bridge blue 10.1.0.1 fd01::1; bridge red 10.2.0.1 fd02::1; bridge dark 10.3.0.1 fd03::1
    guest web blue 10.1.0.2 fd01::2 10.1.0.1; guest db blue 10.1.0.3 fd01::3 10.1.0.1
    guest api red 10.2.0.2 fd02::2 10.2.0.1; guest cave dark 10.3.0.2 fd03::2 10.3.0.1
    printf 'nameserver 192.0.2.53\\nsearch corp.example\\n' > resolv.conf
    mount --bind resolv.conf /etc/resolv.conf";

const AWAY: &str = "umount /etc/resolv.conf
    for n in up web db api cave; do ip netns del $n; done; umount /run/netns
    for b in blue red dark; do ip link del $b; done";

impl<'h> Harbour<'h> {
    fn new(host: &'h Host) -> Self {
        host.sh(NETWORKS).ok();
        let upstream = host.sh("exec ip netns exec up names upstream 192.0.2.53").spawn();
        upstream.wait_for_stdout("ready");
        Self { host, upstream }
    }

    /// Registers a guest by its place on a network: `number` 2 is 10.1.0.2 on blue.
    fn register(&self, network: &str, number: u8, id: &str, names: &[&str]) -> Output {
        self.register_with(network, number, id, names, "")
    }

    fn register_with(&self, network: &str, number: u8, id: &str, names: &[&str], zone: &str) -> Output {
        let net = ["blue", "red", "dark"].iter().position(|known| *known == network).expect("a network") + 1;
        let internal = network == "dark";
        let zone = format!(
            r#"{{"listen":["10.{net}.0.1","fd0{net}::1"],"subnets":["10.{net}.0.0/24","fd0{net}::/64"],
                "internal":{internal}{zone}}}"#
        );
        let entry = format!(
            r#"{{"id":"{id}","addresses":["10.{net}.0.{number}","fd0{net}::{number}"],"names":{names:?}}}"#
        );
        self.names(&["register", ROOT, network, &zone, &entry])
    }

    fn unregister(&self, network: &str, id: &str) {
        self.names(&["unregister", ROOT, network, id]);
    }

    fn names(&self, words: &[&str]) -> Output {
        self.host.cmd("names").args(words).ok()
    }

    /// What a guest is answered, in a line for each name.
    fn asks(&self, guest: &str, server: &str, question: &str) -> String {
        self.host.sh(&format!("ip netns exec {guest} names ask {server} {question}")).ok().stdout
    }

    fn server(&self) -> String {
        self.names(&["running", ROOT]).stdout.trim().to_owned()
    }

    /// What the other server was asked, all of it: it has answered `last` by now.
    fn asked_upstream(&self) -> Vec<String> {
        let all = self.upstream.stdout();
        all.lines().filter_map(|line| line.strip_prefix("asked ")).map(str::to_owned).collect()
    }

    fn end(self) {
        self.upstream.signal(nix::sys::signal::Signal::SIGKILL);
        self.upstream.wait();
        self.host.sh(AWAY).ok();
    }
}

/// Waits until the server is gone by itself.
fn server_goes(host: &Host) {
    host.wait_for("the end of the name server", || host.sh("! pgrep -f ^pontoon-names").run().status == 0);
}

#[test]
fn guests_find_each_other_by_every_name_and_every_way() {
    let host = Host::new();
    let harbour = Harbour::new(&host);
    harbour.register("blue", 2, "0123456789abcdef", &["web", "www", "0123456789ab"]);
    harbour.register("blue", 3, "fedcba9876543210", &["db", "fedcba987654"]);
    for way in ["udp", "tcp"] {
        for server in ["10.1.0.1", "fd01::1"] {
            let asks = |question: &str| harbour.asks("db", server, &format!("{way} {question}"));
            assert_eq!(asks("A web WWW 0123456789ab"), "NOERROR 10.1.0.2\n".repeat(3), "{way} {server}");
            assert_eq!(asks("AAAA web"), "NOERROR fd01::2\n");
            assert_eq!(asks("MX web"), "NOERROR\n", "the name is there");
            assert_eq!(asks("A nobody"), "NXDOMAIN\n");
            assert_eq!(asks("PTR 3.0.1.10.in-addr.arpa"), "NOERROR db. fedcba987654.\n");
        }
    }
    let lookup =
        host.sh("ip netns exec db busybox nslookup web 10.1.0.1 || ip netns exec db nslookup web 10.1.0.1");
    assert!(lookup.run().stdout.contains("10.1.0.2"), "as others ask");
    assert_eq!(harbour.asked_upstream(), [""; 0]);
    harbour.unregister("blue", "0123456789abcdef");
    assert_eq!(harbour.asks("db", "10.1.0.1", "udp A web db"), "NXDOMAIN\nNOERROR 10.1.0.3\n");
    harbour.unregister("blue", "fedcba9876543210");
    server_goes(&host);
    harbour.end();
    host.finish();
}

#[test]
fn no_name_of_a_container_leaves_the_host() {
    let host = Host::new();
    let harbour = Harbour::new(&host);
    harbour.register("blue", 2, "a", &["web", "shop.test"]);
    harbour.register("red", 2, "b", &["api", "api.test"]);
    harbour.register("dark", 2, "c", &["cave"]);
    // One that is stopped has its name all the same.
    host.sh(&format!("mkdir -p {ROOT}/names; ln -s d {ROOT}/names/asleep; ln -s e {ROOT}/names/asleep.dock"))
        .ok();
    let names = "web nobody api asleep.corp.example asleep.dock api.test web.corp.example api.corp.example shop.test.corp.example Web.Corp.Example";
    for way in ["udp", "tcp"] {
        for kind in ["A", "AAAA", "TXT", "PTR"] {
            harbour.asks("web", "10.1.0.1", &format!("{way} {kind} {names}"));
            let none = harbour.asks(
                "cave",
                "10.3.0.1",
                &format!("{way} {kind} {names} example.com 8.8.8.8.in-addr.arpa"),
            );
            assert_eq!(none, "NXDOMAIN\n".repeat(12), "an internal network asks nobody");
        }
        let reverse = "9.0.1.10.in-addr.arpa 2.0.2.10.in-addr.arpa 2.0.3.10.in-addr.arpa 0.2.10.in-addr.arpa";
        assert_eq!(harbour.asks("web", "10.1.0.1", &format!("{way} PTR {reverse}")), "NXDOMAIN\n".repeat(4));
    }
    // Another network's names are not told, on whichever gateway they are asked for.
    assert_eq!(harbour.asks("web", "10.2.0.1", "udp A api example.com"), "REFUSED\n".repeat(2));
    assert_eq!(harbour.asks("cave", "10.1.0.1", "udp A web example.com"), "REFUSED\n".repeat(2));
    // The last question is the only one that gets there.
    assert_eq!(harbour.asks("web", "10.1.0.1", "udp A last.example.com"), "NOERROR 192.0.2.80\n");
    assert_eq!(harbour.asked_upstream(), ["udp A last.example.com"]);
    host.sh(&format!("rm {ROOT}/names/*")).ok();
    for (network, id) in [("blue", "a"), ("red", "b"), ("dark", "c")] {
        harbour.unregister(network, id);
    }
    server_goes(&host);
    harbour.end();
    host.finish();
}

/// CVE-2025-8283, by the C library's own resolver, in a container whose hostname has a domain and on a host that has a
/// search domain.
#[test]
fn a_resolver_makes_nothing_of_a_name_that_would_leave() {
    let host = Host::new();
    let harbour = Harbour::new(&host);
    harbour.register("blue", 2, "a", &["web"]);
    let resolves = |search: &str, name: &str| {
        let script = format!(
            "names resolv-conf {search} 10.1.0.1 > container.conf
            ip netns exec db unshare -mu sh -c '
                hostname db.own.example; mount --bind container.conf /etc/resolv.conf; getent ahostsv4 {name}'"
        );
        host.sh(&script).run().stdout.split_whitespace().next().unwrap_or_default().to_owned()
    };
    assert_eq!(resolves("", "web"), "10.1.0.2");
    assert_eq!(resolves("", "nobody"), "");
    assert_eq!(resolves("", "one.example"), "192.0.2.80");
    assert_eq!(resolves("lab.example", "web"), "10.1.0.2");
    assert_eq!(resolves("lab.example", "printer"), "192.0.2.80", "what was asked for is appended");
    let asked = harbour.asked_upstream();
    let ours = |line: &&String| line.ends_with(" A one.example") || line.ends_with(" A printer.lab.example");
    assert_eq!(asked.iter().filter(|line| !ours(line)).count(), 0, "{asked:?}");
    harbour.unregister("blue", "a");
    server_goes(&host);
    harbour.end();
    host.finish();
}

#[test]
fn other_names_are_asked_of_other_servers() {
    let host = Host::new();
    let harbour = Harbour::new(&host);
    harbour.register("blue", 2, "a", &["web"]);
    let asks = |question: &str| harbour.asks("web", "10.1.0.1", question);
    assert_eq!(asks("udp A one.example"), "NOERROR 192.0.2.80\n");
    assert_eq!(asks("tcp A one.example"), "NOERROR 192.0.2.80\n");
    assert_eq!(asks("udp A liar.example"), "NOERROR 192.0.2.80\n", "a wrong number is nobody's answer");
    assert_eq!(asks("udp A big.example"), "NOERROR cut\n");
    assert_eq!(asks("tcp A big.example").split(' ').count(), 101);
    assert_eq!(asks("udp A broken.example"), "SERVFAIL\n");
    // A server that is not there, and one that refuses at once, are passed over.
    host.sh("printf 'nameserver 192.0.2.1\\nnameserver 192.0.2.99\\nnameserver 192.0.2.53\\n' > resolv.conf")
        .ok();
    assert_eq!(asks("udp A two.example"), "NOERROR 192.0.2.80\n");
    // The network's own server comes before the host's.
    host.sh("printf 'nameserver 192.0.2.1\\n' > resolv.conf").ok();
    assert_eq!(asks("udp A three.example"), "SERVFAIL\n");
    harbour.register_with("blue", 2, "a", &["web"], r#","upstream":["192.0.2.53"]"#);
    assert_eq!(asks("udp A four.example"), "NOERROR 192.0.2.80\n");
    harbour.unregister("blue", "a");
    server_goes(&host);
    harbour.end();
    host.finish();
}

#[test]
fn one_that_was_killed_is_there_again_with_the_next_start() {
    let host = Host::new();
    let harbour = Harbour::new(&host);
    harbour.register("blue", 2, "a", &["web"]);
    let first = harbour.server();
    host.sh(&format!("kill -9 {first}")).ok();
    host.wait_for("its end", || harbour.server().is_empty());
    harbour.register("blue", 3, "b", &["db"]);
    assert_ne!(harbour.server(), first);
    assert_eq!(harbour.asks("db", "10.1.0.1", "udp A web db"), "NOERROR 10.1.0.2\nNOERROR 10.1.0.3\n");
    // One whose state is taken away under it does not stay.
    host.sh(&format!("rm -r {ROOT}")).ok();
    server_goes(&host);
    harbour.end();
    host.finish();
}

#[test]
fn many_at_once_have_one_server_which_holds_nothing_of_theirs() {
    let host = Host::new();
    let harbour = Harbour::new(&host);
    let zone = r#"{"listen":["10.1.0.1"],"subnets":["10.1.0.0/24"]}"#;
    let entry =
        |number: usize| format!(r#"{{"id":"c{number}","addresses":["10.1.0.{number}"],"names":["same"]}}"#);
    let start = |number| host.cmd("names").args(&["register", ROOT, "blue", zone, &entry(number)]).spawn();
    for running in (2..32).map(start).collect::<Vec<_>>() {
        let out = running.wait();
        assert_eq!(out.status, 0, "{out}");
    }
    assert_eq!(host.sh("pgrep -fc ^pontoon-names").ok().line(), "1");
    let pid = harbour.server();
    // 30 addresses of 16 bytes and a question of 22, within 512.
    let all = harbour.asks("web", "10.1.0.1", "udp A same");
    assert_eq!(all.split(' ').filter(|word| word.starts_with("10.1.0.")).count(), 29, "{all}");
    assert!(all.contains(" cut "), "{all}");
    assert_eq!(harbour.asks("web", "10.1.0.1", "tcp A same").split(' ').count(), 31);
    let looks = format!(
        "readlink /proc/{pid}/cwd /proc/{pid}/fd/0 /proc/{pid}/fd/1 /proc/{pid}/fd/2
        ls -l /proc/{pid}/fd | grep -c -e pipe: -e {dir} || true; cut -d' ' -f 4,6 /proc/{pid}/stat",
        dir = host.dir().display()
    );
    let said = host.sh(&looks).ok().stdout;
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[..5], ["/", "/dev/null", "/dev/null", "/dev/null", "0"], "{said}");
    assert_eq!(lines[5].split(' ').next(), Some("1"), "nobody's child: {said}");
    for number in 2..32 {
        harbour.unregister("blue", &format!("c{number}"));
    }
    server_goes(&host);
    harbour.end();
    host.finish();
}

#[test]
fn it_leaves_the_callers_cgroup_and_most_of_its_rights() {
    let host = Host::new();
    let harbour = Harbour::new(&host);
    let zone = r#"{"listen":["10.1.0.1"],"subnets":["10.1.0.0/24"]}"#;
    let entry = r#"{"id":"a","addresses":["10.1.0.2"],"names":["web"]}"#;
    let register = format!("names register {ROOT} blue '{zone}' '{entry}'");
    // A hierarchy of version 1, and that of version 2 beside it. (Where that is the only one, and has controllers, the
    // harness's own root takes no process.)
    let cgroups = "for d in /sys/fs/cgroup/pids/caller /sys/fs/cgroup/unified/caller; do";
    host.sh(&format!("{cgroups} mkdir $d && echo 0 > $d/cgroup.procs; done 2>/dev/null; {register}")).ok();
    let gone = format!("{cgroups} [ ! -d $d ] || rmdir $d || exit 1; done");
    host.wait_for("empty cgroups", || host.sh(&gone).run().status == 0);
    // CAP_DAC_OVERRIDE and CAP_NET_BIND_SERVICE.
    let rights = format!("grep -q '^CapPrm:.*0000402$' /proc/{}/status", harbour.server());
    host.wait_for("fewer rights", || host.sh(&rights).run().status == 0);
    // A network that is new, and one whose gateway changes, are served all the same.
    harbour.register("red", 2, "b", &["api"]);
    assert_eq!(harbour.asks("api", "fd02::1", "tcp A api"), "NOERROR 10.2.0.2\n");
    harbour.unregister("red", "b");
    harbour.unregister("blue", "a");
    server_goes(&host);
    harbour.end();
    host.finish();
}

#[test]
fn a_port_that_is_taken_is_said_and_nothing_is_left() {
    let host = Host::new();
    let harbour = Harbour::new(&host);
    let other = host.sh("exec names upstream 10.1.0.1").spawn();
    other.wait_for_stdout("ready");
    let zone = r#"{"listen":["10.1.0.1"],"subnets":["10.1.0.0/24"]}"#;
    let entry = r#"{"id":"a","addresses":["10.1.0.2"],"names":["web"]}"#;
    let out = host.cmd("names").args(&["register", ROOT, "blue", zone, entry]).fails(1);
    assert!(
        out.stderr.starts_with("network blue: its name server can't listen on 10.1.0.1 port 53: Address"),
        "{out}"
    );
    server_goes(&host);
    other.signal(nix::sys::signal::Signal::SIGKILL);
    other.wait();
    harbour.end();
    host.finish();
}
