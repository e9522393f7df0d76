//! `ip neighbour` and `bridge fdb`.

use super::found::{self, Found};
use super::{Words, last_word, link_name, verb};
use crate::Decode;
use crate::describe::Names;
use crate::describe::shape::known;
use crate::kernel::{
    AF_BRIDGE, AF_INET, AF_INET6, NDA_DST, NDA_FLAGS_EXT, NDA_IFINDEX, NDA_LLADDR, NDA_MASTER,
    NDA_NDM_STATE_MASK, NDA_NH_ID, NDA_PORT, NDA_PROTOCOL, NDA_SRC_VNI, NDA_VLAN, NDA_VNI, NEIGHBOUR_STATES,
    NLM_F_BULK, NLM_F_DUMP, NTF_EXT_LEARNED, NTF_EXT_MANAGED, NTF_MASTER, NTF_PROXY, NTF_ROUTER, NTF_SELF,
    NTF_STICKY, NTF_USE, NUD_NOARP, NUD_PERMANENT, NUD_REACHABLE, RTM_DELNEIGH, RTM_GETNEIGH,
};
use crate::route::Neighbour;
use crate::wire::Message;

/// The attributes that have words here.
const KNOWN: &[u16] = &[
    NDA_DST,
    NDA_LLADDR,
    NDA_VLAN,
    NDA_PORT,
    NDA_VNI,
    NDA_SRC_VNI,
    NDA_NH_ID,
    NDA_IFINDEX,
    NDA_MASTER,
    NDA_PROTOCOL,
    NDA_FLAGS_EXT,
    NDA_NDM_STATE_MASK,
];

pub(super) fn command(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let entry = Neighbour::decode(message).ok()?;
    let verb = match message.header.kind {
        RTM_GETNEIGH if message.header.flags & NLM_F_DUMP != NLM_F_DUMP => "get",
        RTM_GETNEIGH => return Some(show(&entry, names)),
        RTM_DELNEIGH => "del",
        _ => verb(message.header.flags),
    };
    found::knows::<12>(message, KNOWN)?;
    if message.header.kind == RTM_DELNEIGH && message.header.flags & NLM_F_BULK != 0 {
        return flush(&entry, message, names);
    }
    if entry.family == AF_BRIDGE {
        forwarding(&entry, verb, message, names)
    } else {
        neighbour(&entry, verb, names)
    }
}

fn show(entry: &Neighbour, names: &dyn Names) -> Words {
    let mut words = Words::new(match entry.family {
        AF_BRIDGE => "bridge fdb show",
        AF_INET => "ip -4 neighbour show",
        AF_INET6 => "ip -6 neighbour show",
        _ => "ip neighbour show",
    });
    if entry.index != 0 {
        words.option(if entry.family == AF_BRIDGE { "brport" } else { "dev" }, link_name(entry.index, names));
    }
    // `ip` asks for a link in an attribute, with the checks of newer kernels.
    words.some("dev", entry.output_interface.map(|index| link_name(index, names)));
    if entry.flags & NTF_PROXY != 0 {
        words.word("proxy");
    }
    let master = if entry.family == AF_BRIDGE { "br" } else { "master" };
    words.some(master, entry.master.map(|index| link_name(index, names)));
    words
}

fn neighbour(entry: &Neighbour, verb: &str, names: &dyn Names) -> Option<Words> {
    let mut words = Words::new("ip neighbour");
    words.word(verb);
    if entry.flags & NTF_PROXY != 0 {
        words.word("proxy");
    }
    words.word(&entry.destination?.to_string());
    words.some("lladdr", entry.link_address.as_ref());
    if entry.index != 0 {
        words.option("dev", link_name(entry.index, names));
    }
    // `ip` says nothing of the state of an entry that the kernel keeps, and when deleting it means nothing.
    let managed = entry.more_flags == Some(NTF_EXT_MANAGED);
    if managed {
        words.word("managed");
    }
    words.some("protocol", entry.protocol.map(super::route::protocol));
    if verb != "del" && verb != "get" && !managed && entry.flags & NTF_PROXY == 0 {
        match known(NEIGHBOUR_STATES, entry.state) {
            Some(name) => words.option("nud", last_word(name)),
            None if entry.state == 0 => words.option("nud", "none"),
            None => words.option("nud", entry.state),
        }
    }
    flags(entry, entry.flags & !NTF_PROXY, &mut words)?;
    Some(words)
}

/// `bridge fdb flush`.
fn flush(entry: &Neighbour, message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let found = Found::of(message.split::<12>("neighbour").ok()?.1)?;
    (entry.family == AF_BRIDGE).then_some(())?;
    let mut words = Words::new("bridge fdb flush");
    words.option("dev", link_name(entry.index, names));
    words.some("brport", entry.output_interface.map(|index| link_name(index, names)));
    words.some("vlan", entry.vlan);
    match (entry.state, found.u16(NDA_NDM_STATE_MASK)) {
        (_, None) => {}
        (NUD_PERMANENT, Some(NUD_PERMANENT)) => words.word("permanent"),
        (0, Some(NUD_PERMANENT)) => words.word("nopermanent"),
        (NUD_NOARP, Some(STATES)) => words.word("static"),
        (0, Some(STATES)) => words.word("dynamic"),
        _ => return None,
    }
    // `ip` means the bridge itself where it is told nothing.
    flags(entry, entry.flags & !NTF_SELF, &mut words)?;
    Some(words)
}

/// What makes an entry stay.
const STATES: u16 = NUD_NOARP | NUD_PERMANENT;

fn forwarding(entry: &Neighbour, verb: &str, message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let found = Found::of(message.split::<12>("neighbour").ok()?.1)?;
    let mut words = Words::new("bridge fdb");
    words.word(verb);
    words.quoted(&entry.link_address.as_ref()?.to_string());
    if verb == "get" {
        words.some("br", entry.master.map(|index| link_name(index, names)));
        if entry.index != 0 {
            words.option("dev", link_name(entry.index, names));
        }
        words.some("vlan", entry.vlan);
        words.some("vni", entry.vni);
        flags(&Neighbour { master: None, ..entry.clone() }, entry.flags, &mut words)?;
        return Some(words);
    }
    words.option("dev", link_name(entry.index, names));
    words.some("dst", entry.destination);
    words.some("nhid", found.u32(NDA_NH_ID));
    words.some("vlan", entry.vlan);
    words.some("src_vni", found.u32(NDA_SRC_VNI));
    words.some("port", entry.port);
    words.some("vni", entry.vni);
    words.some("via", entry.output_interface.map(|index| link_name(index, names)));
    flags(entry, entry.flags, &mut words)?;
    if verb != "del" {
        words.word(if entry.state & NUD_PERMANENT != 0 {
            "permanent"
        } else if entry.state == NUD_NOARP | NUD_REACHABLE {
            "static"
        } else if entry.state == NUD_REACHABLE {
            "dynamic"
        } else {
            return None;
        });
    }
    Some(words)
}

fn flags(entry: &Neighbour, mut flags: u8, words: &mut Words) -> Option<()> {
    let all = [
        (NTF_SELF, "self"),
        (NTF_MASTER, "master"),
        (NTF_ROUTER, "router"),
        (NTF_USE, "use"),
        (NTF_EXT_LEARNED, "extern_learn"),
        (NTF_STICKY, "sticky"),
    ];
    for (flag, word) in all {
        if flags & flag != 0 {
            words.word(word);
            flags &= !flag;
        }
    }
    (flags == 0 && entry.master.is_none()).then_some(())
}
