use netlink_raw::Protocol;
use netlink_raw::describe;
use proptest::prelude::*;

use super::call::{Call, Line};
use super::value::{Parser, Value, unescape};
use super::*;
use crate::decode::learnt::Learnt;

/// What strace 6.1 printed of `ip link add vethX …`, its beginning and end left out.
const PAIR: &str = r#"[{nlmsg_len=120, nlmsg_type=RTM_NEWLINK, nlmsg_flags=NLM_F_REQUEST|NLM_F_ACK|NLM_F_EXCL|NLM_F_CREATE, nlmsg_seq=1795896218, nlmsg_pid=0}, {ifi_family=AF_UNSPEC, ifi_type=ARPHRD_NETROM, ifi_index=0, ifi_flags=IFF_UP, ifi_change=0x1}, [[{nla_len=10, nla_type=IFLA_ADDRESS}, 02:42:0a:01:00:01], [{nla_len=8, nla_type=IFLA_MTU}, 1500], [{nla_len=8, nla_type=IFLA_MASTER}, 2], [{nla_len=10, nla_type=IFLA_IFNAME}, "vethX"], [{nla_len=48, nla_type=IFLA_LINKINFO}, [[{nla_len=8, nla_type=IFLA_INFO_KIND}, "veth"...], [{nla_len=36, nla_type=IFLA_INFO_DATA}, "\x20\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x09\x00\x03\x00\x65\x74\x68\x30\x00\x00\x00\x00"]]]]]"#;

/// And of a route with several next hops.
const HOPS: &str = r#"sendmsg(3, {msg_name={sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, msg_namelen=12, msg_iov=[{iov_base=[{nlmsg_len=72, nlmsg_type=RTM_NEWROUTE, nlmsg_flags=NLM_F_REQUEST|NLM_F_ACK|NLM_F_EXCL|NLM_F_CREATE, nlmsg_seq=1795896218, nlmsg_pid=0}, {rtm_family=AF_INET, rtm_dst_len=16, rtm_src_len=0, rtm_tos=0, rtm_table=RT_TABLE_MAIN, rtm_protocol=RTPROT_BOOT, rtm_scope=RT_SCOPE_UNIVERSE, rtm_type=RTN_UNICAST, rtm_flags=0}, [[{nla_len=8, nla_type=RTA_DST}, inet_addr("10.3.0.0")], [{nla_len=36, nla_type=RTA_MULTIPATH}, [[{rtnh_len=16, rtnh_flags=0, rtnh_hops=1, rtnh_ifindex=0}, [{nla_len=8, nla_type=RTA_GATEWAY}, inet_addr("10.9.0.4")]], [{rtnh_len=16, rtnh_flags=RTNH_F_ONLINK, rtnh_hops=0, rtnh_ifindex=if_nametoindex("br0")}, [{nla_len=8, nla_type=RTA_GATEWAY}, inet_addr("10.9.0.5")]]]]]], iov_len=72}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) = 72"#;

fn value(text: &str) -> Value {
    Parser::new(text).value().unwrap_or_else(|| panic!("{text}"))
}

/// The bytes of a message, and the command that sends it.
fn told(text: &str) -> (Vec<u8>, Option<String>) {
    let mut learnt = Learnt::default();
    let (bytes, _) = encode::message(&value(text), &mut learnt).unwrap();
    let description = describe::of(Protocol::Route, &bytes, &learnt).unwrap();
    (bytes, description.command)
}

#[test]
fn what_strace_decoded_is_encoded_again() {
    let (bytes, command) = told(PAIR);
    assert_eq!(bytes.len(), 120);
    let command = command.unwrap();
    assert_eq!(
        command,
        "ip link add vethX address 02:42:0a:01:00:01 mtu 1500 master if2 up type veth peer name eth0"
    );
}

#[test]
fn links_that_are_told_by_name_stay_names() {
    let call = Call::parse(HOPS).unwrap();
    let buffers = call.buffers();
    let mut learnt = Learnt::default();
    let (bytes, exact) = encode::message(buffers[0], &mut learnt).unwrap();
    assert!(!exact, "the index of br0 is not told");
    let description = describe::of(Protocol::Route, &bytes, &learnt).unwrap();
    assert!(description.to_string().contains("rtnh_ifindex=if_nametoindex(\"br0\")"), "{description}");
    assert_eq!(
        description.command.as_deref(),
        Some("ip route add 10.3.0.0/16 nexthop via 10.9.0.4 weight 2 nexthop via 10.9.0.5 dev br0 onlink")
    );
}

#[test]
fn older_versions_and_raw_numbers_are_read_too() {
    let old = "{{len=32, type=RTM_GETLINK, flags=NLM_F_REQUEST, seq=1, pid=0}, {ifi_family=AF_UNSPEC, \
               ifi_type=ARPHRD_NETROM, ifi_index=7, ifi_flags=0, ifi_change=0}}";
    let raw = "[{nlmsg_len=0x20, nlmsg_type=0x12, nlmsg_flags=0x1, nlmsg_seq=0x1, nlmsg_pid=0}, {ifi_family=0, \
               ifi_type=0, ifi_index=0x7, ifi_flags=0, ifi_change=0}]";
    assert_eq!(told(old), told(raw));
    assert_eq!(told(old).1.as_deref(), Some("ip link show if7"));
}

#[test]
fn what_was_left_out_is_said_and_not_guessed() {
    for (text, why) in [
        (PAIR.replace("\"vethX\"", "\"vet\"..."), "IFLA_IFNAME: strace left out 3 of 6 bytes"),
        (PAIR.replace("ifi_change=0x1}", "...}"), "left a part of it out"),
        (PAIR.replace("1500", "..."), "IFLA_MTU: strace left it out"),
        (PAIR.replace("IFF_UP", "IFF_NONSENSE"), "the name IFF_NONSENSE is not known here"),
        (PAIR.replace("nlmsg_len=120", "nlmsg_len=124"), "124 bytes, and prints 120"),
        (PAIR.replace("ifi_index", "ifi_nonsense"), "no struct is known here that has"),
        (PAIR.replace("1500", "15000000000"), "too large for its place"),
    ] {
        let error = encode::message(&value(&text), &mut Learnt::default()).unwrap_err();
        assert!(error.contains(why), "{error} / {why}");
        let shown = words::describe(&value(&text));
        assert_eq!(shown.name, "RTM_NEWLINK");
        assert!(shown.attributes.iter().any(|attribute| attribute.name == "IFLA_LINKINFO"));
        assert_eq!(shown.command, None);
    }
}

#[test]
fn an_answer_with_the_kernels_words_is_encoded_again() {
    let text = r#"[{nlmsg_len=72, nlmsg_type=NLMSG_ERROR, nlmsg_flags=NLM_F_CAPPED|NLM_F_ACK_TLVS, nlmsg_seq=1, nlmsg_pid=-5}, [{error=-ENOENT, msg={nlmsg_len=64, nlmsg_type=RTM_NEWQDISC, nlmsg_flags=NLM_F_REQUEST, nlmsg_seq=1, nlmsg_pid=0}}, [{nla_len=36, nla_type=NLMSGERR_ATTR_MSG}, "Specified qdisc kind is unknown"]]]"#;
    let (bytes, _) = told(text);
    let description = describe::of(Protocol::Route, &bytes, &()).unwrap().to_string();
    assert!(
        description.contains("error=2 (No such file or directory) request=RTM_NEWQDISC"),
        "{description}"
    );
    assert!(description.contains("NLMSGERR_ATTR_MSG \"Specified qdisc kind is unknown\""), "{description}");
}

#[test]
fn lines_of_every_kind_are_told_apart() {
    assert!(matches!(Line::of(HOPS), Line::Call(_)));
    assert!(
        matches!(Line::of(&format!("[pid 42] 20:01:02.5 {HOPS}")), Line::Call(Call { process, time: Some(_), .. }) if process == "42")
    );
    assert!(
        matches!(Line::of("42 sendto(3,  <unfinished ...>"), Line::Unfinished { process, .. } if process == "42")
    );
    assert!(matches!(Line::of("42 <... sendto resumed>\"\", 0) = 0"), Line::Resumed { .. }));
    assert!(matches!(Line::of(" * 52 bytes in buffer 0"), Line::Buffer));
    assert!(matches!(Line::of(" | 00000  34 00  4. |"), Line::Dump(bytes) if bytes == [0x34, 0]));
    assert!(matches!(Line::of(PAIR), Line::Bare(_)));
    assert!(matches!(Line::of("+++ exited with 0 +++"), Line::Other));
    let call = Call::parse("sendto(3<NETLINK:[NETFILTER:7]>, \"\\24\\0\", 2, 0, NULL, 0) = 2").unwrap();
    assert_eq!((call.family, call.descriptor()), (Some(Family::NETFILTER), Some(3)));
    assert_eq!(call.buffers(), [&Value::Text(vec![20, 0], false)]);
}

#[test]
fn strings_are_read_as_c_reads_them() {
    assert_eq!(unescape(r#"\x41\0\12\1234\n\\\"z"rest"#), Some((b"A\0\nS4\n\\\"z".to_vec(), 21)));
    assert_eq!(unescape(r"\q"), None);
    assert_eq!(unescape("\\"), None);
}

#[test]
fn nests_without_end_are_no_overflow() {
    for open in ["[", "{", "{a=", "f(", "-", "~", "[["] {
        assert_eq!(Parser::new(&open.repeat(100_000)).value(), None, "{open}");
    }
}

proptest! {
    #[test]
    fn no_line_is_a_panic(line in ".{0,200}") {
        let _ = Line::of(&line);
    }

    #[test]
    fn no_damage_of_a_line_is_a_panic(at in 0..HOPS.len(), letter in "[ -~]", cut in 0..HOPS.len()) {
        let mut damaged = HOPS.to_owned();
        damaged.replace_range(at..=at, &letter);
        damaged.truncate(damaged.len() - cut.min(200) / 10);
        if let Some(call) = Call::parse(&damaged) {
            for message in call.buffers().into_iter().flat_map(encode::messages) {
                let mut learnt = Learnt::default();
                if let Ok((bytes, _)) = encode::message(message, &mut learnt) {
                    let _ = describe::of(Protocol::Route, &bytes, &learnt);
                }
                let _ = words::describe(message);
            }
        }
    }

    #[test]
    fn no_text_is_a_panic_where_hexadecimal_is_read(text in "[0-9a-f x:*|\\\\\"\n]{0,200}") {
        let _ = crate::decode::hex::read(&text);
    }
}
