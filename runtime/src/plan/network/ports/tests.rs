use super::*;

fn asked(published: &[&str]) -> Result<Vec<PortRequest>> {
    let published: Vec<String> = published.iter().map(|&text| text.to_owned()).collect();
    requests(&published, None)
}

/// One argument's requests as text: `ADDRESS HOSTPORTS PORT/PROTOCOL`.
fn read(text: &str) -> Vec<String> {
    let told = |request: PortRequest| {
        let address = request.host_ip.map_or("all".to_owned(), |address| address.to_string());
        let ports = request.host_ports.map_or("any".to_owned(), |(first, last)| format!("{first}-{last}"));
        format!("{address} {ports} {}/{}", request.port, request.protocol)
    };
    asked(&[text]).expect("it can be read").into_iter().map(told).collect()
}

fn problem(published: &[&str]) -> String {
    asked(published).expect_err("it can't be had").to_string()
}

#[test]
fn every_form_of_docker_s_is_read() {
    for (text, expected) in [
        ("8080:80", "all 8080-8080 80/tcp"),
        ("80", "all any 80/tcp"),
        (":80", "all any 80/tcp"),
        ("53:53/udp", "all 53-53 53/udp"),
        ("53:53/UDP", "all 53-53 53/udp"),
        ("9:9/sctp", "all 9-9 9/sctp"),
        ("127.0.0.1:8080:80", "127.0.0.1 8080-8080 80/tcp"),
        ("127.0.0.1::80", "127.0.0.1 any 80/tcp"),
        ("0.0.0.0:1:2", "0.0.0.0 1-1 2/tcp"),
        ("[::1]:8080:80", "::1 8080-8080 80/tcp"),
        ("[::]::80/udp", ":: any 80/udp"),
        ("[::ffff:127.0.0.1]:8080:80", "127.0.0.1 8080-8080 80/tcp"),
        ("8000-8010:80", "all 8000-8010 80/tcp"),
        ("65535:65535", "all 65535-65535 65535/tcp"),
    ] {
        assert_eq!(read(text), [expected], "{text}");
    }
    assert_eq!(read("[::1]:90-91:80-81"), ["::1 90-90 80/tcp", "::1 91-91 81/tcp"]);
    assert_eq!(read("80-81/udp"), ["all any 80/udp", "all any 81/udp"]);
    assert_eq!(read("1-65535:1-65535").len(), 65535);
}

#[test]
fn what_can_t_be_is_refused_in_one_line() {
    for (text, expected) in [
        ("8000-8002:80-81", "the ranges are of unequal length: 3 and 2"),
        ("8000:80-81", "the ranges are of unequal length: 1 and 2"),
        ("8080:0", "\"0\" is no port; there are 1 to 65535"),
        ("0:80", "\"0\" is no port; there are 1 to 65535"),
        ("65536:80", "\"65536\" is no port; there are 1 to 65535"),
        ("8080:+80", "\"+80\" is no port; there are 1 to 65535"),
        ("8080:", "\"\" is no port; there are 1 to 65535"),
        ("", "\"\" is no port; there are 1 to 65535"),
        ("127.0.0.1:80", "\"127.0.0.1\" is no port; there are 1 to 65535"),
        ("81-80:80", "the range 81-80 ends before it begins"),
        ("80:80/icmp", "\"icmp\" is no protocol; there are tcp, udp and sctp"),
        ("::1:8080:80", "an IPv6 address is written in brackets: [::1]:8080:80"),
        ("[::1]:80", "it is [ADDRESS]:HOSTPORT:PORT, or [ADDRESS]::PORT for any"),
        ("host:8080:80", "\"host\" is no address"),
        ("[fe80::1]:8080:80", "fe80::1 is good on one link only, and can't be published"),
        ("224.0.0.1:8080:80", "224.0.0.1 is not the address of a host"),
    ] {
        assert_eq!(problem(&[text]), format!("-p {text}: {expected}"));
    }
}

#[test]
fn two_for_one_port_of_the_host_are_both_named() {
    for (one, other, port) in [
        ("8080:80", "8080:81", "8080/tcp"),
        ("127.0.0.1:8080:80", "8080:80", "8080/tcp"),
        ("[::]:53:53/udp", "[::1]:53:53/udp", "53/udp"),
        ("8000-8005:80-85", "8003:9", "8003/tcp"),
    ] {
        let expected = format!("-p {one} and -p {other} both publish port {port} of the host");
        assert_eq!(problem(&[one, other]), expected);
    }
    for apart in [
        ["8080:80", "8080:80/udp"],
        ["0.0.0.0:80:80", "[::]:80:80"],
        ["127.0.0.1:80:80", "127.0.0.2:80:80"],
        ["8000-8001:80", "8000-8001:81"],
        ["80", "80"],
    ] {
        assert_eq!(asked(&apart).expect("they can both be had").len(), 2, "{apart:?}");
    }
}

#[test]
fn exposed_ports_that_are_not_published_go_where_there_is_room() {
    let published = ["8080:80".to_owned()];
    let all = requests(&published, Some("80/tcp, 443/tcp,53/udp,,80/udp,443")).expect("ports");
    let ports: Vec<_> = all.iter().map(|it| (it.port, it.protocol, it.host_ports.is_some())).collect();
    assert_eq!(
        ports,
        [
            (80, Protocol::Tcp, true),
            (443, Protocol::Tcp, false),
            (53, Protocol::Udp, false),
            (80, Protocol::Udp, false)
        ]
    );
    assert!(requests(&[], Some("")).expect("nothing").is_empty());
    assert_eq!(
        requests(&[], Some("http")).expect_err("no port").to_string(),
        "-P: org.opencontainers.image.exposedPorts has \"http\": \"http\" is no port; there are 1 to 65535"
    );
}

#[test]
fn a_published_port_is_printed_as_docker_does_and_kept_as_json() {
    let everywhere = Published { protocol: Protocol::Tcp, host_ip: None, host_port: 8080, port: 80 };
    assert_eq!(everywhere.to_string(), "0.0.0.0:8080->80/tcp, [::]:8080->80/tcp");
    let here = Published { host_ip: Some("127.0.0.1".parse().expect("an address")), ..everywhere };
    assert_eq!(here.to_string(), "127.0.0.1:8080->80/tcp");
    let text = serde_json::to_string(&here).expect("JSON");
    assert_eq!(text, r#"{"protocol":"tcp","host_ip":"127.0.0.1","host_port":8080,"port":80}"#);
    assert_eq!(serde_json::from_str::<Published>(&text).expect("the same"), here);
    let request = asked(&["[::1]:8000-8001:80/udp"]).expect("a request")[0];
    let text = serde_json::to_string(&request).expect("JSON");
    assert_eq!(serde_json::from_str::<PortRequest>(&text).expect("the same"), request);
}
