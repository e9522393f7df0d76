//! Messages of families that netlink-raw does not describe: their header by name, and their attributes as bytes.

use netlink_raw::describe::{Attribute, Description};
use netlink_raw::kernel::{NLM_F_DUMP, NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR};
use netlink_raw::wire::{Attributes, Message};
use netlink_raw::{Error, Protocol, describe};

use super::family::Family;
use super::learnt::Learnt;
use crate::explain::json::hex;

/// The family that tells of the others (`GENL_ID_CTRL`).
const CONTROLLER: u16 = 0x10;

/// What the controller is asked, and answers (`linux/genetlink.h`).
const CONTROLS: [&str; 11] = [
    "CTRL_CMD_UNSPEC",
    "CTRL_CMD_NEWFAMILY",
    "CTRL_CMD_DELFAMILY",
    "CTRL_CMD_GETFAMILY",
    "CTRL_CMD_NEWOPS",
    "CTRL_CMD_DELOPS",
    "CTRL_CMD_GETOPS",
    "CTRL_CMD_NEWMCAST_GRP",
    "CTRL_CMD_DELMCAST_GRP",
    "CTRL_CMD_GETMCAST_GRP",
    "CTRL_CMD_GETPOLICY",
];

/// Its attributes.
const CONTROL_ATTRIBUTES: [&str; 11] = [
    "CTRL_ATTR_UNSPEC",
    "CTRL_ATTR_FAMILY_ID",
    "CTRL_ATTR_FAMILY_NAME",
    "CTRL_ATTR_VERSION",
    "CTRL_ATTR_HDRSIZE",
    "CTRL_ATTR_MAXATTR",
    "CTRL_ATTR_OPS",
    "CTRL_ATTR_MCAST_GROUPS",
    "CTRL_ATTR_POLICY",
    "CTRL_ATTR_OP_POLICY",
    "CTRL_ATTR_OP",
];

/// Types of audit that say what they are (`linux/audit.h`).
const AUDIT: [(u16, &str); 12] = [
    (1000, "AUDIT_GET"),
    (1001, "AUDIT_SET"),
    (1003, "AUDIT_ADD"),
    (1004, "AUDIT_DEL"),
    (1005, "AUDIT_USER"),
    (1010, "AUDIT_SIGNAL_INFO"),
    (1011, "AUDIT_ADD_RULE"),
    (1012, "AUDIT_DEL_RULE"),
    (1013, "AUDIT_LIST_RULES"),
    (1300, "AUDIT_SYSCALL"),
    (1302, "AUDIT_PATH"),
    (1309, "AUDIT_EXECVE"),
];

/// The first message in `bytes`, of any family.
pub(super) fn describe(family: Family, bytes: &[u8], names: &Learnt) -> Result<Description, Error> {
    if let Some(protocol) = family.protocol() {
        return describe::of(protocol, bytes, names);
    }
    let message = Message::parse(bytes)?;
    let kind = message.header.kind;
    if (1..=4).contains(&kind) {
        // NLMSG_NOOP to NLMSG_OVERRUN are the same in all of them; but the type that is answered is the family's own.
        let mut described = describe::of(Protocol::Route, bytes, names)?;
        let asked =
            message.payload.get(8..10).and_then(|two| two.first_chunk()).map(|two| u16::from_ne_bytes(*two));
        for (name, value) in &mut described.fields {
            if let ("request", Some(asked), NLMSG_ERROR) = (name.as_str(), asked, kind) {
                *value = kind_name(family, asked);
            }
        }
        return Ok(described);
    }
    let (fields, attributes) = match family {
        Family::GENERIC => generic(&message)?,
        Family::AUDIT => {
            (vec![("text".to_owned(), format!("{:?}", String::from_utf8_lossy(message.payload)))], vec![])
        }
        _ => (vec![("payload".to_owned(), hex(message.payload))], vec![]),
    };
    Ok(Description {
        name: kind_name(family, kind),
        flags: flags(&message),
        fields,
        attributes,
        command: None,
    })
}

fn kind_name(family: Family, kind: u16) -> String {
    match (family, kind) {
        (_, NLMSG_DONE) => "NLMSG_DONE".to_owned(),
        (Family::GENERIC, CONTROLLER) => "GENL_ID_CTRL".to_owned(),
        (Family::AUDIT, _) if AUDIT.iter().any(|(known, _)| *known == kind) => {
            AUDIT.iter().find(|(known, _)| *known == kind).map_or("", |(_, name)| *name).to_owned()
        }
        _ => format!("{}_?({kind})", family.name().to_ascii_uppercase().replace(' ', "_")),
    }
}

/// The flags that mean the same everywhere; the others as a number.
fn flags(message: &Message<'_>) -> Vec<String> {
    let mut left = message.header.flags;
    let mut names = Vec::new();
    for (flag, name) in netlink_raw::kernel::MESSAGE_FLAGS.iter().chain(&[(NLM_F_DUMP, "NLM_F_DUMP")]) {
        let is_request = message.header.flags & NLM_F_REQUEST != 0;
        if left & flag == *flag && (*flag != NLM_F_DUMP || is_request) {
            names.push((*name).to_owned());
            left &= !flag;
        }
    }
    if left != 0 {
        names.push(format!("{left:#x}"));
    }
    names
}

/// A fixed header's fields, and the attributes behind it.
type Body = (Vec<(String, String)>, Vec<Attribute>);

/// `struct genlmsghdr`, then attributes. Those of the controller have names.
fn generic(message: &Message<'_>) -> Result<Body, Error> {
    let ([command, version, _, _], attributes) = message.split::<4>("generic netlink message")?;
    let controller = message.header.kind == CONTROLLER;
    let name = CONTROLS.get(usize::from(command)).filter(|_| controller);
    let fields = vec![
        ("cmd".to_owned(), name.map_or_else(|| command.to_string(), |name| (*name).to_owned())),
        ("version".to_owned(), version.to_string()),
    ];
    Ok((fields, plain(attributes, controller)))
}

/// Attributes without a meaning. What is no attribute ends them: not every family has any.
fn plain(attributes: Attributes<'_>, controller: bool) -> Vec<Attribute> {
    let shown = |attribute: netlink_raw::wire::Attribute<'_>| {
        let name = CONTROL_ATTRIBUTES.get(usize::from(attribute.kind)).filter(|_| controller);
        let value = match (name, attribute.kind) {
            (Some(_), 1) => attribute.u16().map(|id| id.to_string()).ok(),
            (Some(_), 2) => Some(format!("{:?}", attribute.str())),
            (Some(_), 3..=5) => attribute.u32().map(|number| number.to_string()).ok(),
            _ => None,
        };
        Attribute {
            name: name.map_or_else(|| format!("attribute {}", attribute.kind), |name| (*name).to_owned()),
            value: value.unwrap_or_else(|| hex(attribute.payload)),
            bytes: attribute.payload.to_vec(),
            nested: Vec::new(),
        }
    };
    attributes.map_while(Result::ok).map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_controller_of_generic_netlink_is_told_by_name() {
        let body = [&[3, 1, 0, 0][..], &[12, 0, 2, 0], b"nl80211\0"].concat();
        let header = [36, 0, 0, 0, 0x10, 0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0];
        let bytes = [&header[..], &body, &[0; 4]].concat();
        let described = describe(Family::GENERIC, &bytes[..32], &Learnt::default());
        assert!(described.is_err(), "its length says more");
        let mut bytes = bytes;
        bytes[0] = 32;
        let described = describe(Family::GENERIC, &bytes[..32], &Learnt::default()).unwrap();
        assert_eq!(described.name, "GENL_ID_CTRL");
        assert_eq!(described.fields[0].1, "CTRL_CMD_GETFAMILY");
        assert_eq!(described.attributes[0].to_string(), "CTRL_ATTR_FAMILY_NAME \"nl80211\"\n");
        assert_eq!(described.flags, ["NLM_F_REQUEST", "NLM_F_ACK"]);
    }

    #[test]
    fn any_other_family_has_a_name_and_bytes() {
        let bytes = [20, 0, 0, 0, 20, 0, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0xff];
        let described = describe(Family(4), &bytes, &Learnt::default()).unwrap();
        assert_eq!(described.to_string(), "SOCK_DIAG_?(20) NLM_F_REQUEST|NLM_F_DUMP payload=010203ff\n");
    }
}
