//! What the kernel is asked about links, as `ip` asks it.

use netlink_raw::kernel::{
    AF_PACKET, AF_UNSPEC, IFLA_EXT_MASK, IFLA_INFO_KIND, IFLA_LINKINFO, IFLA_MASTER, NLM_F_DUMP,
    RTEXT_FILTER_VF, RTM_GETLINK,
};
use netlink_raw::route::name_attribute;
use netlink_raw::wire::Writer;
use netlink_raw::{Error, Request};

use super::entry::HEADER;
use super::filter::Filter;

/// The question for one link, with its virtual functions: for number `index`, or for the one called `name`.
///
/// # Errors
/// A name that no message can hold.
pub fn one(index: u32, name: Option<&str>, family: u8) -> Result<Request, Error> {
    let mut body = Writer::with_header(&header(family, index));
    if let Some(name) = name {
        body.put_str(name_attribute(name), name);
    }
    body.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_VF);
    let words = match name {
        Some(name) => format!("get link {}", name.escape_debug()),
        None => format!("get link number {index}"),
    };
    Ok(Request { kind: RTM_GETLINK, flags: 0, body: body.finish()?, operation: words.into() })
}

/// The question for all links that the kernel can choose. A protocol's own list takes no more than the question.
///
/// Unlike `ip`'s it has no `IFLA_EXT_MASK`, for which the kernel would look at all links twice, first for how long its
/// answers will be: 0.7 µs a link. A link that could have virtual functions is [asked](super::functions::ask) for them.
///
/// # Errors
/// A kind that no message can hold.
pub fn all(filter: &Filter, family: u8) -> Result<Request, Error> {
    let mut body = Writer::with_header(&header(family, 0));
    if matches!(family, AF_UNSPEC | AF_PACKET) {
        if let Some(master) = filter.master {
            // 0 would stand for any.
            body.put_u32(IFLA_MASTER, if master == 0 { u32::MAX } else { master });
        }
        if let Some(kind) = &filter.kind {
            body.nest(IFLA_LINKINFO, |body| body.put_text(IFLA_INFO_KIND, kind));
        }
    }
    let operation = "list links".into();
    Ok(Request { kind: RTM_GETLINK, flags: NLM_F_DUMP, body: body.finish()?, operation })
}

/// `struct ifinfomsg`.
fn header(family: u8, index: u32) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[0] = family;
    header[4..8].copy_from_slice(&index.to_ne_bytes());
    header
}
