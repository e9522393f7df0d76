use super::*;
use crate::kernel::{
    AF_INET, IFA_ADDRESS, IFA_LOCAL, IFF_UP, IFLA_IFNAME, IFLA_INFO_DATA, IFLA_INFO_KIND, IFLA_LINK,
    IFLA_LINK_NETNSID, IFLA_LINKINFO, IFLA_MTU, IFLA_VLAN_ID, NLM_F_ACK_TLVS, NLM_F_CAPPED, NLM_F_CREATE,
    NLM_F_EXCL, NLM_F_REQUEST, NLMSGERR_ATTR_MSG, NLMSGERR_ATTR_OFFS, RTM_NEWADDR, VETH_INFO_PEER,
};
use crate::route::{Kind, Link, Netns};
use crate::wire::{HEADER_LEN, Header, Writer};

/// Knows link 4 and descriptor 9.
struct Known;

impl Names for Known {
    fn link(&self, index: u32) -> Option<String> {
        (index == 4).then(|| "pontoon0".to_owned())
    }

    fn netns(&self, fd: i32) -> Option<String> {
        (fd == 9).then(|| "/proc/4242/ns/net".to_owned())
    }
}

fn bytes(kind: u16, flags: u16, body: Writer) -> Vec<u8> {
    let body = body.finish().unwrap();
    let len = u32::try_from(HEADER_LEN + body.len()).unwrap();
    [Header { len, kind, flags, seq: 1, port: 0 }.encode().to_vec(), body].concat()
}

fn pair() -> Link {
    let peer = Link {
        name: Some("eth0".into()),
        address: Some([2, 0x42, 0x0a, 1, 0, 2].into()),
        netns: Some(Netns::Fd(9)),
        master: Some(4),
        ..Link::default()
    };
    Link {
        name: Some("veth3f2a".into()),
        flags: IFF_UP,
        change: IFF_UP,
        mtu: Some(1500),
        master: Some(4),
        kind: Some(Kind::Veth { peer: Some(Box::new(peer)) }),
        ..Link::default()
    }
}

#[test]
fn a_veth_pair_is_told_line_by_line() {
    let description = message(&pair().create().unwrap().encode(1), &Known).unwrap();
    let expected = "\
RTM_NEWLINK NLM_F_REQUEST|NLM_F_ACK|NLM_F_EXCL|NLM_F_CREATE ifi_family=AF_UNSPEC ifi_type=0 ifi_index=0 \
ifi_flags=IFF_UP ifi_change=IFF_UP
  IFLA_MTU 1500
  IFLA_MASTER 4 (pontoon0)
  IFLA_IFNAME \"veth3f2a\"
  IFLA_LINKINFO
    IFLA_INFO_KIND \"veth\"
    IFLA_INFO_DATA
      VETH_INFO_PEER ifi_family=AF_UNSPEC ifi_type=0 ifi_index=0 ifi_flags=0 ifi_change=0
        IFLA_ADDRESS 02:42:0a:01:00:02
        IFLA_MASTER 4
        IFLA_NET_NS_FD 9 (/proc/4242/ns/net)
        IFLA_IFNAME \"eth0\"
";
    assert_eq!(description.to_string(), expected);
    assert_eq!(
        description.command.as_deref(),
        Some(
            "ip link add veth3f2a mtu 1500 master pontoon0 up type veth peer name eth0 \
             address 02:42:0a:01:00:02 master if4 netns /proc/4242/ns/net"
        ),
        "link 4 is another one in the peer's namespace"
    );
}

#[test]
fn a_descriptor_nobody_knows_is_one_of_this_process() {
    let link = Link { index: 4, netns: Some(Netns::Fd(7)), ..Link::default() };
    let description = message(&link.set().unwrap().encode(1), &()).unwrap();
    let expected = format!("ip link set if4 netns /proc/{}/fd/7", std::process::id());
    assert_eq!(description.command, Some(expected));
}

#[test]
fn an_answer_has_no_command() {
    let mut request = pair().create().unwrap().encode(1);
    request[6..8].copy_from_slice(&2_u16.to_ne_bytes());
    let description = message(&request, &()).unwrap();
    assert_eq!(description.command, None);
    assert_eq!(description.flags, ["NLM_F_MULTI"]);
}

#[test]
fn an_acknowledgement_shows_the_kernels_words() {
    let request = Header { len: 40, kind: 16, flags: 5, seq: 3, port: 0 }.encode();
    let mut body = Writer::with_header(&[&(-105_i32).to_ne_bytes()[..], &request].concat());
    body.put_str(NLMSGERR_ATTR_MSG, "bridge is full");
    body.put_u32(NLMSGERR_ATTR_OFFS, 36);
    let message = message(&bytes(NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS, body), &()).unwrap();
    assert_eq!(
        message.to_string(),
        "NLMSG_ERROR NLM_F_CAPPED|NLM_F_ACK_TLVS error=105 (No buffer space available) request=RTM_NEWLINK \
         seq=3\n  NLMSGERR_ATTR_MSG \"bridge is full\"\n  NLMSGERR_ATTR_OFFS 36\n"
    );
}

#[test]
fn an_end_of_dump_and_an_unknown_message_are_told() {
    let done = message(&bytes(NLMSG_DONE, 2, Writer::with_header(&[0; 4])), &()).unwrap();
    assert_eq!(done.to_string(), "NLMSG_DONE NLM_F_MULTI error=0\n");
    let unknown = message(&bytes(9999, 1, Writer::with_header(&[1, 2, 3, 4])), &()).unwrap();
    assert_eq!(unknown.to_string(), "NLMSG_?(9999) NLM_F_REQUEST payload=01020304\n");
}

#[test]
fn what_is_not_known_or_too_short_is_shown_in_hexadecimal() {
    let mut body = Writer::with_header(&[0; 16]);
    body.put_bytes(77, &[0xab; 40]);
    body.put_bytes(IFLA_MTU, &[1, 2]);
    let description = message(&bytes(RTM_NEWLINK, 0, body), &()).unwrap();
    let hex = format!("{}… (40 bytes)", "ab".repeat(32));
    assert_eq!(
        description.attributes[0],
        Attribute { name: "IFLA_?(77)".to_owned(), value: hex, bytes: vec![0xab; 40], nested: Vec::new() }
    );
    assert_eq!(description.attributes[1].value, "0102");
}

#[test]
fn a_command_that_would_say_less_is_none() {
    let said = |attributes: &[(u16, [u8; 4])]| {
        let mut body = Writer::with_header(&[AF_INET, 24, 0, 0, 4, 0, 0, 0]);
        for (kind, value) in attributes {
            body.put_bytes(*kind, value);
        }
        message(&bytes(RTM_NEWADDR, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL, body), &Known).unwrap().command
    };
    let address = [(IFA_LOCAL, [10, 1, 0, 2]), (IFA_ADDRESS, [10, 1, 0, 2])];
    assert_eq!(said(&address).as_deref(), Some("ip address add 10.1.0.2/24 dev pontoon0"));
    assert_eq!(said(&[address[0], address[1], (77, [1, 2, 3, 4])]), None);
    let vlan = |settings: &[u16]| {
        let mut body = Writer::with_header(&[0; 16]);
        body.put_text(IFLA_IFNAME, "vl7");
        body.nest(IFLA_LINKINFO, |info| {
            info.put_text(IFLA_INFO_KIND, "vlan");
            info.nest(IFLA_INFO_DATA, |data| settings.iter().for_each(|kind| data.put_bytes(*kind, &[7, 0])));
        });
        message(&bytes(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL, body), &()).unwrap().command
    };
    assert_eq!(vlan(&[IFLA_VLAN_ID]).as_deref(), Some("ip link add vl7 type vlan id 7"));
    assert_eq!(vlan(&[IFLA_VLAN_ID, 77]), None);
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let link = Link { name: Some("\u{1b}[2J".into()), index: 7, ..Link::default() };
    let description = message(&link.set().unwrap().encode(1), &()).unwrap();
    assert!(!description.to_string().contains('\u{1b}'));
    assert_eq!(description.command.as_deref(), Some(r"ip link set if7 name $'\U0000001b[2J'"));
}

#[test]
fn a_peers_index_in_another_namespace_gets_no_name_from_here() {
    let mut body = Writer::with_header(&[0; 16]);
    body.put_u32(IFLA_LINK, 4);
    body.put_i32(IFLA_LINK_NETNSID, 0);
    let description = message(&bytes(RTM_NEWLINK, 0, body), &Known).unwrap();
    assert_eq!(description.attributes[0].value, "4");
}

#[test]
fn nests_are_opened_only_so_deep() {
    let mut inner = Vec::new();
    for _ in 0..1000 {
        let mut outer = Writer::new();
        outer.nest(IFLA_LINKINFO, |info| {
            info.put_text(IFLA_INFO_KIND, "veth");
            info.nest(IFLA_INFO_DATA, |data| {
                data.nest(VETH_INFO_PEER, |peer| {
                    peer.put_header(&[0; 16]);
                    peer.put_header(&inner);
                });
            });
        });
        inner = outer.finish().unwrap();
    }
    let mut body = Writer::with_header(&[0; 16]);
    body.put_header(&inner);
    let bytes = bytes(RTM_NEWLINK, 1, body);
    let description = message(&bytes, &()).unwrap();
    let mut depth = 0;
    let mut attributes = &description.attributes;
    while let Some(last) = attributes.last() {
        (depth, attributes) = (depth + 1, &last.nested);
    }
    assert_eq!(depth, 17);
    assert!(description.to_string().len() < 10_000);
}

#[test]
fn damage_is_an_error() {
    assert!(message(&[], &()).is_err());
    assert!(message(&bytes(RTM_NEWADDR, 1, Writer::with_header(&[0; 4])), &()).is_err());
    let lying = Writer::with_header(&[&[0; 16][..], &[200, 0, 1, 0]].concat());
    assert!(message(&bytes(RTM_NEWLINK, 1, lying), &()).is_err());
}
