//! Text and JSON, byte for byte.

use std::net::IpAddr;

use super::*;

fn printed(form: Form) -> String {
    let mut out = Output::new(form);
    out.array(None, |out| {
        out.object(None, |out| {
            out.field("ifindex", ("", ": "), 1_u32);
            out.field("ifname", ("", ": "), "lo");
            out.array(Some("flags"), |out| {
                out.text("<");
                out.element(("", ""), "LOOPBACK");
                out.element((",", ""), "UP");
                out.text(">");
            });
            out.newline();
            out.flag("tentative", " tentative");
            out.array(Some("addr_info"), |_| ());
            out.object(Some("linkinfo"), |out| out.json("info_kind", "veth"));
        });
        out.object(None, |out| out.field("ifname", ("/", ""), "x"));
        out.object(None, |_| ());
    });
    out.so_far()
}

#[test]
fn text_and_json_are_as_ip_prints_them() {
    assert_eq!(printed(Form::Text), "1: lo: <LOOPBACK,UP>\n tentative/x");
    assert_eq!(printed(Form::Oneline), "1: lo: <LOOPBACK,UP>\\ tentative/x");
    assert_eq!(
        printed(Form::Json),
        "[{\"ifindex\":1,\"ifname\":\"lo\",\"flags\":[\"LOOPBACK\",\"UP\"],\"tentative\":true,\
         \"addr_info\":[],\"linkinfo\":{\"info_kind\":\"veth\"}},{\"ifname\":\"x\"},{}]"
    );
    let pretty = "[ {
        \"ifindex\": 1,
        \"ifname\": \"lo\",
        \"flags\": [ \"LOOPBACK\",\"UP\" ],
        \"tentative\": true,
        \"addr_info\": [ ],
        \"linkinfo\": {
            \"info_kind\": \"veth\"
        }
    },{
        \"ifname\": \"x\"
    },{} ]";
    assert_eq!(printed(Form::Pretty), pretty);
}

#[test]
fn values_are_as_ip_prints_them() {
    let value = |value: &dyn Fn(&mut Output)| {
        [Form::Text, Form::Json].map(|form| {
            let mut out = Output::new(form);
            value(&mut out);
            out.so_far()
        })
    };
    let element = ("", "");
    assert_eq!(
        value(&|out| out.element(element, "a'b\"\\\té\x01\x08")),
        ["a'b\"\\\té\x01\x08", "\"a'b\\\"\\\\\\té\x01\\b\""]
    );
    assert_eq!(value(&|out| out.element(element, Mac(&[0, 1, 0xab]))), ["00:01:ab", "\"00:01:ab\""]);
    assert_eq!(value(&|out| out.element(element, Hex(255))), ["0xff", "\"0xff\""]);
    assert_eq!(value(&|out| out.element(element, Hex(0))), ["0", "\"0\""]);
    assert_eq!(value(&|out| out.element(element, Right(17_u32, 5))), ["   17", "17"]);
    assert_eq!(value(&|out| out.column(4, |out| out.text("a"))), ["a    ", ""]);
    assert_eq!(value(&|out| out.element(element, u64::MAX)), ["18446744073709551615"; 2]);
    assert_eq!(value(&|out| out.element(element, -7_i32)), ["-7"; 2]);
    for text in ["1.2.3.4", "::", "::1", "::ffff:1.2.3.4", "::1.2.3.4", "fe80::1", "2001:db8:0:1:1:1:1:1"] {
        let ip: IpAddr = text.parse().unwrap();
        assert_eq!(value(&|out| out.element(element, Ip(ip)))[0], text);
    }
}

#[test]
fn what_was_put_is_taken_back_unless_it_is_written() {
    let mut out = Output::new(Form::Json);
    out.array(None, |out| {
        out.element(("", ""), "first");
        let mark = out.mark();
        out.object(None, |out| out.field("a", ("", ""), "b"));
        assert!(out.back_to(mark));
        out.element(("", ""), "second");
        out.write().unwrap();
        assert!(!out.back_to(mark));
    });
    assert_eq!(out.so_far(), "]");
}
