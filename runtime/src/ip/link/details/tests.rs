//! Kinds that not every kernel has, on bytes; what is expected is what iproute2 6.1 printed of such devices.

use netlink_raw::Socket;
use netlink_raw::kernel::{
    IFLA_INFO_DATA, IFLA_INFO_KIND, IFLA_INFO_SLAVE_DATA, IFLA_INFO_SLAVE_KIND, IFLA_IPVLAN_FLAGS,
    IFLA_IPVLAN_MODE, IFLA_LINKINFO, IFLA_NUM_VF, IFLA_VFINFO_LIST, IFLA_VLAN_EGRESS_QOS, IFLA_VLAN_FLAGS,
    IFLA_VLAN_ID, IFLA_VLAN_INGRESS_QOS, IFLA_VLAN_PROTOCOL,
};
use netlink_raw::wire::Writer;

use super::*;
use crate::ip::link::functions::{functions, possible};
use crate::ip::output::Form;

/// What is printed of a link with the attributes that `fill` writes.
fn printed(fill: impl Fn(&mut Writer), print: impl Fn(&mut Output, &Entry<'_>)) -> [String; 2] {
    // `struct ifinfomsg` of an Ethernet link.
    let mut writer = Writer::with_header(&[0, 0, 1, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    fill(&mut writer);
    let bytes = writer.finish().unwrap();
    let link = Entry::new(&bytes).unwrap();
    [Form::Text, Form::Json].map(|form| {
        let mut out = Output::new(form);
        print(&mut out, &link);
        out.so_far()
    })
}

fn kind(name: &str, fill: impl Fn(&mut Writer)) -> [String; 2] {
    let info = |writer: &mut Writer| {
        writer.nest(IFLA_LINKINFO, |writer| {
            writer.put_str(IFLA_INFO_KIND, name);
            writer.nest(IFLA_INFO_DATA, |writer| fill(writer));
        });
    };
    printed(info, |out, link| {
        of_kind(out, &link.information().unwrap(), &mut Links::new(Socket::rehearsal()));
    })
}

#[test]
fn an_ipvlan() {
    let ipvlan = |mode, flags| {
        kind("ipvlan", move |writer| {
            writer.put_u16(IFLA_IPVLAN_MODE, mode);
            writer.put_u16(IFLA_IPVLAN_FLAGS, flags);
        })
    };
    assert_eq!(
        ipvlan(1, 1),
        [
            "\n    ipvlan  mode l3 private ",
            r#""info_kind":"ipvlan","info_data":{"mode":"l3","private":true}"#
        ]
    );
    assert_eq!(ipvlan(2, 0)[0], "\n    ipvlan  mode l3s bridge ");
    assert_eq!(ipvlan(0, 2)[0], "\n    ipvlan  mode l2 vepa ");
    assert_eq!(ipvlan(9, 2)[0], "\n    ipvlan  mode unknown vepa ");
}

#[test]
fn a_vlan() {
    let maps = |writer: &mut Writer, kind, list: &[[u32; 2]]| {
        writer.nest(kind, |writer| {
            for [from, to] in list {
                writer.put_bytes(1, &[from.to_ne_bytes(), to.to_ne_bytes()].concat());
            }
        });
    };
    let vlan = kind("vlan", |writer| {
        writer.put_u16_be(IFLA_VLAN_PROTOCOL, 0x8100);
        writer.put_u16(IFLA_VLAN_ID, 5);
        writer.put_bytes(IFLA_VLAN_FLAGS, &[3, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
        maps(writer, IFLA_VLAN_INGRESS_QOS, &[[1, 2]]);
        maps(writer, IFLA_VLAN_EGRESS_QOS, &[[3, 4], [5, 6]]);
    });
    let text = "\n    vlan protocol 802.1Q id 5 <REORDER_HDR,GVRP> \n      ingress-qos-map { 1:2 } \
                \n      egress-qos-map { 3:4 5:6 } ";
    let json =
        r#""info_kind":"vlan","info_data":{"protocol":"802.1Q","id":5,"flags":["REORDER_HDR","GVRP"],"#;
    let qos = r#""ingress_qos":[{"from":1,"to":2}],"egress_qos":[{"from":3,"to":4},{"from":5,"to":6}]}"#;
    assert_eq!(vlan, [text.to_owned(), format!("{json}{qos}")]);
}

#[test]
fn a_vrf_and_what_is_in_it() {
    let table = |writer: &mut Writer| writer.put_u32(1, 10);
    assert_eq!(kind("vrf", table)[0], "\n    vrf table 10 ");
    let port = |writer: &mut Writer| {
        writer.nest(IFLA_LINKINFO, |writer| {
            writer.put_str(IFLA_INFO_KIND, "dummy");
            writer.put_str(IFLA_INFO_SLAVE_KIND, "vrf");
            writer.nest(IFLA_INFO_SLAVE_DATA, table);
        });
    };
    let of_port = |out: &mut Output, link: &Entry<'_>| {
        of_kind(out, &link.information().unwrap(), &mut Links::new(Socket::rehearsal()));
    };
    assert_eq!(
        printed(port, of_port),
        [
            "\n    dummy \n    vrf_slave table 10 ",
            r#""info_kind":"dummy","info_slave_kind":"vrf","info_slave_data":{"table":10}"#
        ]
    );
}

#[test]
fn virtual_functions() {
    let numbers =
        |numbers: &[u32]| numbers.iter().flat_map(|number| number.to_ne_bytes()).collect::<Vec<u8>>();
    let fill = |writer: &mut Writer| {
        writer.put_u32(IFLA_NUM_VF, 1);
        writer.nest(IFLA_VFINFO_LIST, |writer| {
            writer.nest(1, |writer| {
                let mac = [&[3, 0, 0, 0, 2, 0, 0, 0, 0, 1][..], &[0; 26]].concat();
                writer.put_bytes(1, &mac);
                writer.put_bytes(13, &[&[255; 6][..], &[0; 26]].concat());
                writer.put_bytes(2, &numbers(&[3, 100, 2]));
                writer.put_bytes(3, &numbers(&[3, 50]));
                writer.put_bytes(4, &numbers(&[3, 1]));
                writer.put_bytes(5, &numbers(&[3, 0]));
                writer.put_bytes(6, &numbers(&[3, 0, 50]));
                writer.put_bytes(7, &numbers(&[3, u32::MAX]));
                writer.put_bytes(9, &numbers(&[3, 0]));
            });
        });
    };
    let text = "\n    vf 3     link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff, vlan 100, qos 2, tx rate 50 \
                (Mbps), max_tx_rate 50Mbps, spoof checking on, link-state auto, trust off";
    assert_eq!(printed(fill, functions)[0], text);
}

#[test]
fn only_hardware_is_asked_for_virtual_functions() {
    let asked = |kind: Option<&str>, device_type: u16| {
        let mut header = [0; 16];
        header[2..4].copy_from_slice(&device_type.to_ne_bytes());
        let mut writer = Writer::with_header(&header);
        if let Some(kind) = kind {
            writer.nest(IFLA_LINKINFO, |info| info.put_str(IFLA_INFO_KIND, kind));
        }
        possible(&Entry::new(&writer.finish().unwrap()).unwrap())
    };
    assert!(asked(None, 1), "a network card");
    assert!(asked(Some("netdevsim"), 1));
    assert!(!asked(Some("veth"), 1));
    assert!(!asked(None, libc::ARPHRD_LOOPBACK));
}
