//! What the kernel says of a request: `struct nlmsgerr` and its extended attributes, NLMSG_DONE.

use std::fmt::Display;

use super::{Attributes, HEADER_LEN, Header, Message, align, field, take};
use crate::Error;
use crate::kernel::{
    NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_DONE, NLMSG_ERROR, NLMSGERR_ATTR_MSG, NLMSGERR_ATTR_OFFS,
};

/// The content of an NLMSG_ERROR or NLMSG_DONE message.
///
/// Source: `include/uapi/linux/netlink.h`, `netlink_ack()` in `net/netlink/af_netlink.c`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Acknowledgement {
    /// 0 for success, else a positive error number such as `EEXIST`.
    pub errno: i32,
    /// The header of the request that this answers; all zero in NLMSG_DONE.
    pub request: Header,
    /// The kernel's own words, if it has any (`NLMSGERR_ATTR_MSG`). A warning may come with success.
    pub text: Option<String>,
    /// Where in the request the attribute lies that it complains of, in bytes (`NLMSGERR_ATTR_OFFS`).
    pub offset: Option<u32>,
}

impl Acknowledgement {
    /// Reads `message`. `None` when it is neither NLMSG_ERROR nor NLMSG_DONE.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is too short to hold an error number (an empty NLMSG_DONE is a
    /// success) or the header of the request. Damaged extended attributes are left out: the error
    /// number matters more.
    pub fn parse(message: &Message<'_>) -> Result<Option<Self>, Error> {
        match message.header.kind {
            NLMSG_ERROR => Self::error(message).map(Some),
            NLMSG_DONE => Self::done(message).map(Some),
            _ => Ok(None),
        }
    }

    fn error(message: &Message<'_>) -> Result<Self, Error> {
        let payload = message.payload;
        let needed = 4 + HEADER_LEN;
        if payload.len() < needed {
            let what = "acknowledgement";
            return Err(Error::Malformed { what, attribute: None, needed, found: payload.len() });
        }
        let request = Header::parse(payload.get(4..).unwrap_or_default())?;
        let mut found =
            Self { errno: positive(i32::from_ne_bytes(field(payload, 0))), request, ..Self::default() };
        if message.header.flags & NLM_F_ACK_TLVS != 0 {
            // Unless capped, the whole request is repeated before the attributes.
            let repeated = if message.header.flags & NLM_F_CAPPED == 0 {
                usize::try_from(request.len).unwrap_or(usize::MAX).max(HEADER_LEN)
            } else {
                HEADER_LEN
            };
            found.extended(payload.get(align(repeated).saturating_add(4)..).unwrap_or_default());
        }
        Ok(found)
    }

    fn done(message: &Message<'_>) -> Result<Self, Error> {
        let payload = message.payload;
        let errno = match (take(payload), payload.len()) {
            (Some(bytes), _) => positive(i32::from_ne_bytes(bytes)),
            (None, 0) => 0,
            (None, found) => {
                return Err(Error::Malformed { what: "end of dump", attribute: None, needed: 4, found });
            }
        };
        let mut found = Self { errno, ..Self::default() };
        if message.header.flags & NLM_F_ACK_TLVS != 0 {
            found.extended(payload.get(4..).unwrap_or_default());
        }
        Ok(found)
    }

    fn extended(&mut self, attributes: &[u8]) {
        for attribute in Attributes::new(attributes).map_while(Result::ok) {
            match attribute.kind {
                NLMSGERR_ATTR_MSG => self.text = Some(attribute.str().into_owned()),
                NLMSGERR_ATTR_OFFS => self.offset = attribute.u32().ok(),
                _ => {}
            }
        }
    }

    /// Success, or the error of `operation`.
    pub(crate) fn into_result(self, operation: &dyn Display) -> Result<(), Error> {
        let Self { errno, text, offset, .. } = self;
        if errno == 0 {
            return Ok(());
        }
        Err(Error::Kernel { operation: operation.to_string(), errno, text, offset })
    }
}

/// The kernel sends `-errno`; what is positive already (no kernel does that) stays.
const fn positive(negated: i32) -> i32 {
    negated.saturating_abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Writer;

    fn acknowledge(flags: u16, errno: i32, repeated: &[u8], fill: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let mut body = Writer::with_header(&[&errno.to_ne_bytes(), repeated].concat());
        fill(&mut body);
        let body = body.finish().unwrap();
        let len = u32::try_from(HEADER_LEN + body.len()).unwrap();
        let mut bytes = Header { len, kind: NLMSG_ERROR, flags, seq: 9, port: 1 }.encode().to_vec();
        bytes.extend(body);
        bytes
    }

    fn request(payload: &[u8]) -> Vec<u8> {
        let len = u32::try_from(HEADER_LEN + payload.len()).unwrap();
        let mut bytes = Header { len, kind: 16, flags: 5, seq: 9, port: 0 }.encode().to_vec();
        bytes.extend_from_slice(payload);
        bytes
    }

    fn parse(bytes: &[u8]) -> Acknowledgement {
        Acknowledgement::parse(&Message::parse(bytes).unwrap()).unwrap().unwrap()
    }

    #[test]
    fn extended_text_is_found_behind_a_capped_and_behind_a_repeated_request() {
        let words = |w: &mut Writer| {
            w.put_str(NLMSGERR_ATTR_MSG, "bridge is full");
            w.put_u32(NLMSGERR_ATTR_OFFS, 36);
        };
        let capped = acknowledge(NLM_F_ACK_TLVS | NLM_F_CAPPED, -105, &request(&[]), words);
        let whole = acknowledge(NLM_F_ACK_TLVS, -105, &request(&[1, 2, 3, 4, 5]), words);
        for bytes in [capped, whole] {
            let found = parse(&bytes);
            assert_eq!(found.errno, 105);
            assert_eq!(found.text.as_deref(), Some("bridge is full"));
            assert_eq!(found.offset, Some(36));
            assert_eq!(found.request.seq, 9);
        }
    }

    #[test]
    fn without_the_flag_nothing_is_read_behind_the_request() {
        let bytes = acknowledge(0, -17, &request(&[]), |w| w.put_str(NLMSGERR_ATTR_MSG, "no"));
        assert_eq!(parse(&bytes).text, None);
    }

    #[test]
    fn lying_lengths_lose_the_text_and_keep_the_number() {
        let mut lying = request(&[]);
        lying[..4].copy_from_slice(&u32::MAX.to_ne_bytes());
        let bytes = acknowledge(NLM_F_ACK_TLVS, i32::MIN, &lying, |w| w.put_str(NLMSGERR_ATTR_MSG, "x"));
        assert_eq!((parse(&bytes).errno, parse(&bytes).text), (i32::MAX, None));
    }

    #[test]
    fn a_short_acknowledgement_is_an_error_and_an_empty_done_is_success() {
        let short = Header { len: 20, kind: NLMSG_ERROR, ..Header::default() }.encode();
        let short = [&short[..], &[0; 4]].concat();
        assert!(Acknowledgement::parse(&Message::parse(&short).unwrap()).is_err());
        let done = Header { len: 16, kind: NLMSG_DONE, ..Header::default() }.encode();
        assert_eq!(parse(&done).errno, 0);
    }
}
