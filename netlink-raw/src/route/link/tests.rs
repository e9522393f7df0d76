use super::*;
use crate::Error;

#[test]
fn requests_that_name_no_link_are_refused() {
    let nothing = Link::default();
    for request in [nothing.set(), nothing.delete(), nothing.get(), nothing.create()] {
        assert!(matches!(request, Err(Error::Invalid { .. })), "{request:?}");
    }
}

#[test]
fn a_request_names_its_link_and_lets_no_name_act_on_a_terminal() {
    let named = |name: &str| {
        Link { name: Some(name.into()), ..Link::default() }.delete().unwrap().operation.to_string()
    };
    assert_eq!(named("veth3f2a"), "delete link veth3f2a");
    assert_eq!(named("br-lan.7"), "delete link br-lan.7");
    assert_eq!(named("e\x1b[2J"), "delete link e\\u{1b}[2J");
    let other = |link: Link| link.delete().unwrap().operation.to_string();
    assert_eq!(other(Link { index: 4, ..Link::default() }), "delete link number 4");
    assert_eq!(other(Link { group: Some(7), ..Link::default() }), "delete link group 7");
}
