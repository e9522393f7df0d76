//! Ports, as networks come and go.

use crate::{finish, host, start};

const NETWORKS: [&str; 3] = [
    "blue --subnet 10.101.0.0/24",
    "red --subnet 10.102.0.0/24",
    "six --ipv6 --subnet 10.103.0.0/24 --subnet fd03::/64",
];

#[test]
fn ports_wait_for_a_network() {
    let host = host(&NETWORKS);
    let bundle = host.bundle();
    let web = start(&host, "web", "--net=none -p 8080:80 -p 8080:80/udp", &bundle);
    let server = host.serve("web", 80);
    host.fails_to_reach("out", "192.0.2.1:8080");
    host.pontoon(&["network", "connect", "blue", "web"]).ok();
    host.reaches("out", "192.0.2.1:8080", "web 192.0.2.2");
    host.reaches("host", "127.0.0.1:8080", "web 10.101.0.1");
    host.pontoon(&["network", "disconnect", "blue", "web"]).ok();
    host.fails_to_reach("out", "192.0.2.1:8080");
    // Nobody has them now.
    let two = start(&host, "two", "--net=red -p 8080:80", &bundle);
    let error = host.pontoon(&["network", "connect", "blue", "web"]).fails(125);
    assert!(error.error().ends_with("port 8080/tcp is in use by container two"), "{error}");
    assert_eq!(web.exec("ip -o link | wc -l").stdout, "1\n", "what had been done is undone");
    two.end();
    host.pontoon(&["network", "connect", "blue", "web"]).ok();
    host.reaches("web", "192.0.2.1:8080", "web 10.101.0.1");
    drop(server);
    web.end();
    finish(host);
}

#[test]
fn a_port_can_come_with_a_card() {
    let host = host(&NETWORKS);
    let bundle = host.bundle();
    let web = start(&host, "web", "--net=blue", &bundle);
    let server = host.serve("web", 80);
    host.pontoon(&["network", "connect", "-p", "8080:80", "-p", "8080:80/udp", "red", "web"]).ok();
    host.reaches("out", "192.0.2.1:8080", "web 192.0.2.2");
    let again = host.pontoon(&["network", "connect", "-p", "8080:80", "six", "web"]).fails(125);
    assert_eq!(again.error(), "pontoon: port 8080/tcp is in use by container web");
    // It leads to the card with the default route, and moves with that.
    host.reaches("host", "127.0.0.1:8080", "web 10.101.0.1");
    host.pontoon(&["network", "disconnect", "blue", "web"]).ok();
    host.reaches("out", "192.0.2.1:8080", "web 192.0.2.2");
    host.reaches("host", "127.0.0.1:8080", "web 10.102.0.1");
    // A network with IPv6 brings the other half.
    host.fails_to_reach("out", "[2001:db8:2::1]:8080");
    host.pontoon(&["network", "connect", "six:gw-priority=1", "web"]).ok();
    host.reaches("host", "127.0.0.1:8080", "web 10.103.0.1");
    host.reaches("out", "[2001:db8:2::1]:8080", "web 2001:db8:2::2");
    host.reaches("host", "[::1]:8080", "web fd03::1");
    host.pontoon(&["network", "disconnect", "six", "web"]).ok();
    host.reaches("host", "127.0.0.1:8080", "web 10.102.0.1");
    host.fails_to_reach("out", "[2001:db8:2::1]:8080");
    drop(server);
    web.end();
    finish(host);
}

#[test]
fn an_internal_network_publishes_nothing() {
    let host = host(&["blue --subnet 10.101.0.0/24 --internal"]);
    let bundle = host.bundle();
    let web = start(&host, "web", "--net=blue -p 8080:80 -p 8080:80/udp", &bundle);
    let told =
        host.pontoon(&["run", "--rm", "--net=blue", "-p", "8081:80", bundle.path(), "true"]).ok().stderr;
    assert_eq!(
        told,
        "pontoon: warning: -p and -P wait for another network: blue is internal, or not the host's to route\n"
    );
    let server = host.serve("web", 80);
    host.fails_to_reach("out", "192.0.2.1:8080");
    host.fails_to_reach("host", "127.0.0.1:8080");
    host.reaches("host", "10.101.0.2:80", "web 10.101.0.1");
    drop(server);
    web.end();
    finish(host);
}
