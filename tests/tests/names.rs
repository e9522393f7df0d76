//! Names, as containers find each other by them, and whom they ask for others.

use nix::sys::signal::Signal;
use pontoon_tests::{Bundle, Container, Host, Running};

const BLUE: &str = "blue --ipv6 --subnet 10.101.0.0/24 --subnet fd01::/64";
const RED: &str = "red --subnet 10.102.0.0/24";
const DARK: &str = "dark --subnet 10.103.0.0/24 --internal";

/// A host whose name server is the neighbour `far`, which tells what it was asked.
struct Harbour<'h> {
    host: &'h Host,
    bundle: Bundle,
    upstream: Running<'h>,
}

impl<'h> Harbour<'h> {
    fn new(host: &'h Host, networks: &[&str]) -> Self {
        host.neighbours();
        for network in networks {
            let words: Vec<&str> = network.split_whitespace().collect();
            host.pontoon(&[&["network", "create"], &words[..]].concat()).ok();
        }
        host.sh("rm -f /etc/resolv.conf
            printf 'nameserver 192.0.3.2\\nsearch corp.example\\noptions ndots:1\\n' > /etc/resolv.conf")
            .ok();
        let upstream = host.sh("exec ip netns exec far names upstream 192.0.3.2").spawn();
        upstream.wait_for_stdout("ready");
        Self { host, bundle: host.bundle(), upstream }
    }

    fn start(&self, name: &str, flags: &str) -> Container<'h> {
        let flags: Vec<&str> = flags.split_whitespace().collect();
        self.host.start(name, &flags, &self.bundle, "")
    }

    /// What the other server was asked.
    fn asked(&self) -> Vec<String> {
        let all = self.upstream.stdout();
        all.lines().filter_map(|line| line.strip_prefix("asked ")).map(str::to_owned).collect()
    }

    fn end(self, containers: impl IntoIterator<Item = Container<'h>>) {
        for container in containers {
            container.end();
        }
        let host = self.host;
        host.wait_for("the end of the name server", || {
            host.sh("! pgrep -f ^pontoon-names").run().status == 0
        });
        self.upstream.signal(Signal::SIGKILL);
        self.upstream.wait();
        host.pontoon(&["network", "prune", "-f"]).ok();
        host.no_neighbours();
    }
}

/// Waits until no server is left.
fn server_goes(host: &Host) {
    let nobody = "! pgrep -f ^pontoon-names && ! ss -Hlnut sport = :53 | grep -q .";
    host.wait_for("the end of the name server", || host.sh(nobody).run().status == 0);
}

/// The addresses that a container finds for a name, in order; none where there is no such name.
fn finds(container: &Container<'_>, name: &str) -> Vec<String> {
    let said = container.exec(&format!("nslookup {name} 2>&1 || true")).stdout;
    let answers = said.split_once("\n\n").map_or("", |(_, answers)| answers);
    let addresses = answers.lines().filter_map(|line| line.strip_prefix("Address: "));
    let mut addresses: Vec<String> = addresses.map(str::to_owned).collect();
    addresses.sort();
    addresses.dedup();
    addresses
}

const WEB: [&str; 2] = ["10.101.0.2", "fd01::2"];
const NOBODY: [&str; 0] = [];

#[test]
fn containers_of_a_network_find_each_other_by_every_name() {
    let host = Host::new();
    let harbour = Harbour::new(&host, &[BLUE, RED]);
    let web = harbour.start("web", "--net=blue:alias=site,alias=shop --network-alias www");
    let db = harbour.start("db", "--net=blue");
    let api = harbour.start("api", "--net=red");
    let id = host.pontoon(&["inspect", "web"]).ok().json()[0]["id"].as_str().expect("an id")[..12].to_owned();
    for name in ["web", "WEB", "web.", "site", "shop", "www", id.as_str()] {
        assert_eq!(finds(&db, name), WEB, "{name}");
    }
    for address in WEB {
        let said = db.exec(&format!("nslookup {address}")).stdout;
        assert!(said.contains("name = web"), "{said}");
    }
    // As programs ask, by the C library; and itself.
    db.exec("ping -c 1 -W 10 web && ping -6 -c 1 -W 10 site");
    assert_eq!(finds(&web, "db"), ["10.101.0.3", "fd01::3"]);
    assert_eq!(finds(&web, "web"), WEB);
    // Nobody of another network does, and no such name goes further.
    assert_eq!(finds(&api, "web"), NOBODY);
    assert_eq!(finds(&db, "nobody"), NOBODY);
    assert_eq!(harbour.asked(), NOBODY);
    // Others do.
    assert_eq!(finds(&api, "example.org"), ["192.0.2.80"]);
    assert!(harbour.asked().iter().all(|asked| asked.contains("example.org")), "{:?}", harbour.asked());
    assert_eq!(
        web.exec("cat /etc/resolv.conf").stdout,
        "nameserver 10.101.0.1\nnameserver fd01::1\nsearch .\noptions ndots:0\n"
    );
    harbour.end([web, db, api]);
    host.finish();
}

#[test]
fn the_default_bridge_has_no_names_but_the_hosts() {
    let host = Host::new().bridge_may_stay();
    let harbour = Harbour::new(&host, &[]);
    let web = harbour.start("web", "--net=bridge");
    let db = harbour.start("db", "--net=bridge");
    let conf = "nameserver 192.0.3.2\nsearch corp.example\noptions ndots:1\n";
    assert_eq!(db.exec("cat /etc/resolv.conf").stdout, conf);
    assert_eq!(
        db.exec("ping -c 1 -W 1 web >/dev/null 2>&1; ip route get 192.0.3.2 >/dev/null; echo").stdout,
        "\n"
    );
    assert_eq!(finds(&db, "example.org"), ["192.0.2.80"]);
    assert_eq!(host.sh("pgrep -f ^pontoon-names").run().stdout, "");
    harbour.end([web, db]);
    host.finish();
}

/// CVE-2024-29018: questions of an internal network's containers went to the host's servers.
#[test]
fn an_internal_network_asks_nobody() {
    let host = Host::new();
    let harbour = Harbour::new(&host, &[DARK, BLUE]);
    let cave = harbour.start("cave", "--net=dark");
    let den = harbour.start("den", "--net=dark --dns 192.0.3.2");
    assert_eq!(finds(&cave, "den"), ["10.103.0.3"]);
    for name in ["example.org", "den.corp.example", "blue"] {
        assert_eq!(finds(&cave, name), NOBODY);
        assert_eq!(finds(&den, name), NOBODY);
    }
    assert_eq!(harbour.asked(), NOBODY);
    // Who is on another network too may ask there.
    host.pontoon(&["network", "connect", "blue", "cave"]).ok();
    assert_eq!(finds(&cave, "example.org"), ["192.0.2.80"]);
    assert_eq!(finds(&cave, "den"), ["10.103.0.3"]);
    harbour.end([cave, den]);
    host.finish();
}

#[test]
fn flags_say_who_is_asked_and_what_is_known() {
    let host = Host::new();
    let harbour = Harbour::new(&host, &[BLUE]);
    host.sh("echo nameserver 198.51.100.1 > /etc/resolv.conf").ok();
    let flags = "--net=blue --dns 192.0.3.2 --dns-search lan.example --dns-option timeout:1 \
        --add-host box:192.0.2.9 --add-host host.docker.internal:host-gateway";
    let web = harbour.start("web", flags);
    assert_eq!(
        web.exec("cat /etc/resolv.conf").stdout,
        "nameserver 10.101.0.1\nnameserver fd01::1\nsearch lan.example\noptions timeout:1 ndots:0\n"
    );
    assert_eq!(finds(&web, "example.org"), ["192.0.2.80"]);
    let hosts = web.exec("cat /etc/hosts").stdout;
    for line in [
        "192.0.2.9\tbox",
        "10.101.0.1\thost.docker.internal",
        "fd01::1\thost.docker.internal",
        "10.101.0.2\t",
    ] {
        assert!(hosts.lines().any(|known| known.starts_with(line)), "{line}: {hosts}");
    }
    web.exec("ping -c 1 -W 10 host.docker.internal");
    // A container's name is asked for with no domain.
    assert_eq!(finds(&web, "web.lan.example"), NOBODY);
    assert!(harbour.asked().iter().all(|asked| !asked.contains("web")), "{:?}", harbour.asked());
    harbour.end([web]);
    host.finish();
}

#[test]
fn names_come_and_go_with_cards_and_containers() {
    let host = Host::new();
    let harbour = Harbour::new(&host, &[BLUE, RED]);
    let web = harbour.start("web", "--net=blue");
    let api = harbour.start("api", "--net=red");
    let conf = |container: &Container<'_>| container.exec("grep -c nameserver /etc/resolv.conf").stdout;
    assert_eq!(conf(&api), "1\n");
    host.pontoon(&["network", "connect", "--alias", "door", "blue", "api"]).ok();
    assert_eq!(finds(&api, "web"), WEB);
    assert_eq!(finds(&web, "door"), ["10.101.0.3", "fd01::3"]);
    assert_eq!(conf(&api), "3\n");
    host.pontoon(&["network", "disconnect", "blue", "api"]).ok();
    assert_eq!(finds(&api, "web"), NOBODY);
    assert_eq!(finds(&web, "door"), NOBODY);
    assert_eq!(finds(&web, "api"), NOBODY);
    assert_eq!(conf(&api), "1\n");
    // Who has ended has no name, though its address stays its own.
    let detached = ["run", "-d", "--name", "db", "--net=blue", harbour.bundle.path(), "sleep", "1000"];
    host.pontoon(&detached).ok();
    assert_eq!(finds(&web, "db").len(), 2);
    host.pontoon(&["kill", "-s", "KILL", "db"]).ok();
    host.pontoon(&["wait", "db"]).ok();
    assert_eq!(finds(&web, "db"), NOBODY);
    host.pontoon(&["rm", "db"]).ok();
    assert_eq!(harbour.asked(), NOBODY);
    harbour.end([web, api]);
    host.finish();
}

#[test]
fn a_killed_server_is_started_again_and_the_killed_leave_nothing() {
    let host = Host::new();
    let harbour = Harbour::new(&host, &[BLUE]);
    let web = harbour.start("web", "--net=blue");
    host.sh("pkill -KILL -f ^pontoon-names").ok();
    server_goes(&host);
    let db = harbour.start("db", "--net=blue");
    assert_eq!(finds(&db, "web"), WEB);
    host.sh("pkill -KILL -f ^pontoon-names").ok();
    server_goes(&host);
    host.pontoon(&["network", "reload"]).ok();
    assert_eq!(finds(&web, "db").len(), 2);
    // All of it at once: keepers, server, programs.
    host.sh("pkill -KILL -f '[p]ontoon run'; pkill -KILL -f ^pontoon-names; pkill -KILL -x sleep; true").ok();
    // Nobody else waits for them.
    drop((web, db));
    host.wait_for("nobody", || host.pontoon(&["ps", "-aq"]).ok().stdout.is_empty());
    host.sh("! ls /run/pontoon/dns/*/containers/* /run/pontoon/dns/*/zone.json").ok();
    harbour.end([]);
    host.finish();
}
