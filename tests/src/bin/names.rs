//! The name server as a test drives it, and what stands around it:
//!
//! - `names register ROOT NETWORK ZONE ENTRY`, `names unregister ROOT NETWORK ID`, `names running ROOT`: the library's
//!   functions, their values as JSON.
//! - `names resolv-conf [DOMAIN…] GATEWAY`: what a container's /etc/resolv.conf says, with these search domains.
//! - `names ask SERVER udp|tcp TYPE NAME…`: asks, and prints a line for each name: code, flags, answers.
//! - `names upstream ADDRESS`: a name server that prints what it is asked. Any A is 192.0.2.80; `big.` is too long for a
//!   datagram, `silent.` gets no answer, and `broken.` a failure; `liar.` gets a wrong answer before the right one.

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::process::ExitCode;
use std::time::Duration;

use domain::base::iana::{Opcode, Rcode};
use domain::base::{Message, MessageBuilder, Name, Rtype};
use domain::rdata::{A, AllRecordData};
use pontoon::names_server;
use pontoon::plan::resolv_conf::{Flags, Reach, ResolvConf};
use pontoon::state::State;

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    // The server is this program again.
    if let Some(status) = names_server::called(&words) {
        return status.into();
    }
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match &words[..] {
        ["register", root, network, zone, entry] => {
            let (zone, entry) = (serde_json::from_str(zone), serde_json::from_str(entry));
            names_server::register(
                &State::at(*root),
                network,
                &zone.expect("a zone"),
                &entry.expect("an entry"),
            )
        }
        ["unregister", root, network, id] => names_server::unregister(&State::at(*root), network, id),
        ["running", root] => {
            names_server::running(&State::at(*root)).inspect(|pid| println!("{pid}"));
            Ok(())
        }
        ["ask", server, way, kind, names @ ..] => {
            for name in names {
                println!("{}", ask(server, *way == "tcp", kind, name));
            }
            Ok(())
        }
        ["resolv-conf", flags @ .., gateway] => {
            let host = ResolvConf::parse(&std::fs::read_to_string("/etc/resolv.conf").expect("the host's"));
            let gateways = [gateway.parse().expect("an address")];
            let search = flags.iter().map(|domain| (*domain).to_owned()).collect();
            let flags = Flags { search, ..Flags::default() };
            print!("{}", ResolvConf::compose(&host, &Reach::Names(&gateways), &flags));
            Ok(())
        }
        ["upstream", address] => upstream(address),
        _ => panic!("usage: see the first lines of names.rs"),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn place(address: &str) -> SocketAddr {
    SocketAddr::new(address.parse::<IpAddr>().expect("an address"), 53)
}

fn ask(server: &str, stream: bool, kind: &str, name: &str) -> String {
    let mut query = MessageBuilder::new_vec().question();
    query.header_mut().set_rd(true);
    query.header_mut().set_id(4242);
    let name: Name<Vec<u8>> = name.parse().expect("a name");
    query.push((name, kind.parse::<Rtype>().expect("a type"))).expect("room");
    let query = query.into_message();
    let answer =
        if stream { by_stream(server, query.as_slice()) } else { by_datagram(server, query.as_slice()) };
    let answer = match answer {
        Ok(answer) => Message::from_octets(answer).expect("a message"),
        Err(error) => return format!("{:?}", error.kind()),
    };
    assert!(answer.is_answer(&query), "it answers the question");
    let mut line = answer.header().rcode().to_string();
    if answer.header().tc() {
        line += " cut";
    }
    for record in answer.answer().expect("answers").limit_to::<AllRecordData<_, _>>() {
        line.push(' ');
        line += &record.expect("a record").data().to_string();
    }
    line
}

const PATIENCE: Duration = Duration::from_secs(12);

fn by_datagram(server: &str, query: &[u8]) -> std::io::Result<Vec<u8>> {
    let any = if place(server).is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    // Connected, it hears only one who answers from the address that was asked.
    socket.connect(place(server))?;
    socket.send(query)?;
    let mut answer = vec![0; 4096];
    let length = socket.recv(&mut answer)?;
    answer.truncate(length);
    Ok(answer)
}

fn by_stream(server: &str, query: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(place(server))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    send(&mut stream, query)?;
    receive(&mut stream)
}

fn send(stream: &mut TcpStream, message: &[u8]) -> std::io::Result<()> {
    let length = u16::try_from(message.len()).expect("a short message");
    stream.write_all(&[&length.to_be_bytes(), message].concat())
}

fn receive(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut message = vec![0; u16::from_be_bytes(length).into()];
    stream.read_exact(&mut message)?;
    Ok(message)
}

/// Serves until it is killed.
fn upstream(address: &str) -> ! {
    let socket = UdpSocket::bind(place(address)).expect("a socket");
    let listener = TcpListener::bind(place(address)).expect("a socket");
    println!("ready");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            if let Some(answer) = receive(&mut stream).ok().and_then(|query| answer(&query, true)) {
                // Whoever goes early needs no answer.
                let _ = send(&mut stream, &answer);
            }
        }
    });
    let mut query = [0; 4096];
    loop {
        let Ok((length, peer)) = socket.recv_from(&mut query) else { continue };
        let Some(mut right) = answer(&query[..length], false) else { continue };
        if query[13..].starts_with(b"liar") {
            right[0] ^= 1;
            let _ = socket.send_to(&right, peer);
            right[0] ^= 1;
        }
        let _ = socket.send_to(&right, peer);
    }
}

fn answer(query: &[u8], stream: bool) -> Option<Vec<u8>> {
    let query = Message::from_octets(query).ok()?;
    let question = query.sole_question().ok()?;
    let name = question.qname().to_string();
    let way = if stream { "tcp" } else { "udp" };
    println!("asked {way} {} {name}", question.qtype());
    assert_eq!(query.header().opcode(), Opcode::QUERY);
    if name.starts_with("silent.") {
        return None;
    }
    let code = if name.starts_with("broken.") { Rcode::SERVFAIL } else { Rcode::NOERROR };
    let mut answer = MessageBuilder::new_vec().start_answer(&query, code).ok()?;
    if name.starts_with("big.") && !stream {
        answer.header_mut().set_tc(true);
    } else if code == Rcode::NOERROR && question.qtype() == Rtype::A {
        let count = if name.starts_with("big.") { 100 } else { 1 };
        for _ in 0..count {
            answer.push((question.qname(), 60, A::from_octets(192, 0, 2, 80))).ok()?;
        }
    }
    Some(answer.finish())
}
