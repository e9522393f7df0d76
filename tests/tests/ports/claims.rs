//! Who has which port of the host, and until when.

use std::net::{TcpListener, UdpSocket};

use nix::sys::signal::Signal;
use pontoon_tests::Host;
use serde_json::Value;

use crate::{finish, host, refused, start};

const BLUE: &str = "blue --subnet 10.101.0.0/24";

/// The published ports of a container, as `inspect` shows them: `0.0.0.0:8080->80/tcp, [::]:8080->80/tcp`.
fn published(host: &Host, name: &str) -> Vec<String> {
    let shown = host.pontoon(&["ps", "-a", "--format", "json"]).ok().json();
    let row = shown.as_array().expect("rows").iter().find(|row| row["name"] == name).expect("a row").clone();
    let texts = row["ports"].as_array().expect("ports");
    texts.iter().map(|text| text.as_str().expect("text").to_owned()).collect()
}

/// The numbers of the host's ports that one is published on.
fn numbers(host: &Host, name: &str) -> Vec<u16> {
    let shown = host.pontoon(&["inspect", name]).ok().json();
    let ports = shown[0]["ports"].as_array().expect("ports").clone();
    let number = |port: &Value| port["host_port"].as_u64().expect("a number");
    ports.iter().map(|port| u16::try_from(number(port)).expect("a port")).collect()
}

#[test]
fn a_conflict_names_the_holder() {
    let host = host(&[BLUE]);
    let bundle = host.bundle();
    let holder = host.sh("exec busybox nc -ll -p 8080 -e true").spawn();
    host.wait_for("a listener", || host.ask("host", "127.0.0.1:8080").is_some());
    let told = refused(&host, "--net=blue -p 8080:80");
    assert!(told.starts_with("port 8080/tcp on ") && told.contains("is in use by busybox (pid "), "{told}");
    let told = refused(&host, "--net=blue -p 127.0.0.1:8080:80");
    assert!(told.contains("in use by busybox (pid "), "{told}");
    holder.signal(Signal::SIGKILL);
    holder.wait();
    let web = start(&host, "web", "--net=blue -p 8080:80 -p 127.0.0.1:8081:80 -p 8082:80/udp", &bundle);
    for (asked, told) in [
        ("-p 8080:80", "port 8080/tcp is in use by container web"),
        ("-p 127.0.0.1:8080:80", "port 8080/tcp is in use by container web"),
        ("-p [::1]:8080:80", "port 8080/tcp is in use by container web"),
        ("-p 8081:80", "port 8081/tcp on 127.0.0.1 is in use by container web"),
        ("-p 127.0.0.1:8081:80", "port 8081/tcp on 127.0.0.1 is in use by container web"),
        ("-p 8082:80/udp", "port 8082/udp is in use by container web"),
        ("-p 8080-8081:80", "ports 8080-8081/tcp are all in use: port 8080/tcp is in use by container web"),
        ("-p 198.51.100.7:90:80", "port 90/tcp: 198.51.100.7 is no address of this host"),
        ("-p 8000-8003:80-82", "-p 8000-8003:80-82: "),
        ("-p 90:80 -p 90:81", "-p 90:80 and -p 90:81 both publish port 90/tcp of the host"),
        ("-p 80:0", "-p 80:0: "),
        ("-p 65536:80", "-p 65536:80: "),
        ("-p 80:80/icmp", "-p 80:80/icmp: "),
        ("-p 1.2.3:80:80", "-p 1.2.3:80:80: "),
    ] {
        let error = refused(&host, &format!("--net=blue {asked}"));
        assert!(error.starts_with(told), "{asked}: {error}");
    }
    // Others are no obstacle.
    let more = start(&host, "more", "--net=blue -p 192.0.2.1:8081:80 -p 8082:80 -p 8080:80/udp", &bundle);
    more.end();
    web.end();
    finish(host);
}

#[test]
fn the_kernel_chooses_where_nobody_says() {
    let host = host(&[BLUE]);
    let bundle = host.bundle();
    bundle.config(|config| {
        config["annotations"]["org.opencontainers.image.exposedPorts"] = "80/tcp,53/udp".into();
    });
    let web = start(&host, "web", "--net=blue -p 8000-8001:80 -P", &bundle);
    let two = start(&host, "two", "--net=blue -p 8000-8001:80 -p 81", &bundle);
    let (first, second) = (numbers(&host, "web"), numbers(&host, "two"));
    assert_eq!((first[0], second[0]), (8000, 8001), "the first one of the range that is free");
    assert!(first[1] > 1024 && second[1] > 1024, "{first:?} {second:?}");
    let servers = [host.serve("web", 53), host.serve("two", 81)];
    assert_eq!(
        host.ask_by_udp("out", 0, &format!("192.0.2.1:{}", first[1])).as_deref(),
        Some("web 192.0.2.2")
    );
    assert_eq!(host.ask("out", &format!("192.0.2.1:{}", second[1])).as_deref(), Some("two 192.0.2.2"));
    drop(servers);
    web.end();
    two.end();
    finish(host);
}

#[test]
fn ports_are_shown() {
    let host = host(&[BLUE]);
    let bundle = host.bundle();
    let web = start(
        &host,
        "web",
        "--net=blue -p 8080:80 -p 127.0.0.1:53:53/udp -p 127.0.0.1:90-92:190-192",
        &bundle,
    );
    let both = "0.0.0.0:8080->80/tcp, [::]:8080->80/tcp";
    let each = [90, 91, 92].map(|port| format!("127.0.0.1:{port}->1{port}/tcp"));
    assert_eq!(
        published(&host, "web"),
        [&[both.to_owned(), "127.0.0.1:53->53/udp".to_owned()][..], &each].concat()
    );
    let table = host.pontoon(&["ps"]).ok().stdout;
    let all = format!("{both}, 127.0.0.1:53->53/udp, 127.0.0.1:90-92->190-192/tcp ");
    assert!(table.contains(&all), "{table}");
    let network = host.pontoon(&["network", "inspect", "blue"]).ok().json();
    assert_eq!(network[0]["state"]["containers"][0]["published"][0]["host_port"], 8080);
    assert_eq!(numbers(&host, "web"), [8080, 53, 90, 91, 92]);
    web.end();
    finish(host);
}

#[test]
fn who_is_stopped_has_no_ports() {
    let host = host(&[BLUE]);
    let bundle = host.bundle();
    let run = ["run", "-d", "--name", "web", "--net=blue", "-p", "8080:80", bundle.path(), "sleep", "1000"];
    host.pontoon(&run).ok();
    host.pontoon(&["kill", "-s", "KILL", "web"]).ok();
    host.pontoon(&["wait", "web"]).ok();
    assert_eq!(published(&host, "web"), [""; 0]);
    host.inside(|| drop(TcpListener::bind(("0.0.0.0", 8080)).expect("a port that is free")));
    let next = start(&host, "next", "--net=blue -p 8080:80 -p 8080:80/udp", &bundle);
    let server = host.serve("next", 80);
    host.reaches("out", "192.0.2.1:8080", "next 192.0.2.2");
    drop(server);
    next.end();
    host.pontoon(&["rm", "web"]).ok();
    finish(host);
}

#[test]
fn who_is_killed_with_its_keeper_has_no_ports_after_the_next_command() {
    let host = host(&[BLUE]);
    let bundle = host.bundle();
    let run = ["run", "-d", "--name", "web", "--net=blue", "-p", "8080:80", bundle.path(), "sleep", "1000"];
    host.pontoon(&run).ok();
    // The keeper first, or it would tidy up.
    host.sh("pkill -KILL -f '[p]ontoon run -d'; pkill -KILL -x sleep").run();
    // One whom nobody has waited for yet counts as alive.
    host.wait_for("its end", || host.sh("! pgrep -x pontoon && ! pgrep -x sleep").run().status == 0);
    let next = start(&host, "next", "--net=blue -p 8080:80 -p 8080:80/udp", &bundle);
    let server = host.serve("next", 80);
    host.reaches("out", "192.0.2.1:8080", "next 192.0.2.2");
    drop(server);
    next.end();
    host.pontoon(&["rm", "web"]).ok();
    finish(host);
}

#[test]
fn the_next_on_a_port_gets_what_comes_in_an_old_flow() {
    let host = host(&[BLUE]);
    let bundle = host.bundle();
    let flags = "--net=blue -p 5353:53/udp";
    let ask = || host.ask_by_udp("out", 4000, "192.0.2.1:5353");
    // Before anybody has the port, the flow leads to the host.
    assert_eq!(ask(), None);
    for name in ["one", "two"] {
        let container = start(&host, name, flags, &bundle);
        let server = host.serve(name, 53);
        assert_eq!(ask(), Some(format!("{name} 192.0.2.2")));
        drop(server);
        container.end();
    }
    // And when the host has it again, it is the host's.
    let socket = host.inside(|| UdpSocket::bind(("0.0.0.0", 5353)).expect("a port that is free"));
    socket.set_read_timeout(Some(std::time::Duration::from_secs(5))).expect("a limit");
    assert_eq!(ask(), None);
    assert_eq!(socket.recv(&mut [0; 8]).expect("the datagram"), 1);
    drop(socket);
    finish(host);
}
