//! DNS messages (RFC 1035), as far as a server of names needs them: the question of a query, and answers to it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use domain::base::iana::{Class, Opcode, Rcode};
use domain::base::message_builder::AnswerBuilder;
use domain::base::{Message, MessageBuilder, Name, Rtype, StaticCompressor};
use domain::rdata::{A, Aaaa, Ptr};

use super::decide::Decision;

/// What a message by UDP may have where the asker says nothing of it (RFC 1035), in bytes.
const PLAIN: usize = 512;

/// The most that is sent in one datagram, in bytes: what passes everywhere in one piece (DNS flag day 2020).
const UNFRAGMENTED: u16 = 1232;

/// How long an answer may be kept, in seconds: not at all. It comes from memory on the same machine, so that keeping
/// it wins nothing; and the next container of the name has another address, and the next of the address another name.
const TTL: u32 = 0;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    /// The labels, in lower case and as text: a dot within one is `\.`.
    pub(super) labels: Vec<String>,
    /// Of which type.
    pub(super) kind: Kind,
}

/// The types that make a difference here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
    /// Names.
    Ptr,
    /// Whatever there is.
    Any,
    /// Something that no container has.
    Other,
}

impl Question {
    /// The name, without a dot at its end.
    pub(super) fn name(&self) -> String {
        self.labels.join(".")
    }

    /// The prefix that a name below `in-addr.arpa` or `ip6.arpa` stands for: a whole address, or the beginning of
    /// one, and its length in bits.
    pub(super) fn reverse(&self) -> Option<(IpAddr, u8)> {
        let labels: Vec<&str> = self.labels.iter().map(String::as_str).collect();
        match &labels[..] {
            [parts @ .., "in-addr", "arpa"] if (1..=4).contains(&parts.len()) => {
                let mut octets = [0; 4];
                for (octet, part) in octets.iter_mut().zip(parts.iter().rev()) {
                    *octet = part.parse().ok()?;
                }
                Some((Ipv4Addr::from(octets).into(), u8::try_from(8 * parts.len()).ok()?))
            }
            [parts @ .., "ip6", "arpa"] if (1..=32).contains(&parts.len()) => {
                let mut bits = 0_u128;
                for (index, part) in parts.iter().rev().enumerate() {
                    let digit = u128::from_str_radix(part, 16).ok().filter(|digit| *digit < 16)?;
                    bits |= digit << (124 - 4 * index);
                }
                Some((Ipv6Addr::from(bits).into(), u8::try_from(4 * parts.len()).ok()?))
            }
            _ => None,
        }
    }
}

/// Reads a query.
///
/// # Errors
/// The answer to what is no query that can be answered; none to what deserves none.
pub(super) fn read(query: &[u8]) -> Result<Question, Option<Vec<u8>>> {
    let message = Message::from_octets(query).map_err(|_| None)?;
    if message.header().qr() {
        // An answer to nobody's question: to answer it could go on for ever.
        return Err(None);
    }
    let refuse = |code| Some(MessageBuilder::new_vec().start_error(&message, code).finish());
    if message.header().opcode() != Opcode::QUERY {
        return Err(refuse(Rcode::NOTIMP));
    }
    let question = message.sole_question().map_err(|_| refuse(Rcode::FORMERR))?;
    let kind = match question.qtype() {
        Rtype::A => Kind::A,
        Rtype::AAAA => Kind::Aaaa,
        Rtype::PTR => Kind::Ptr,
        Rtype::ANY => Kind::Any,
        Rtype::AXFR | Rtype::IXFR => return Err(refuse(Rcode::REFUSED)),
        _ => Kind::Other,
    };
    if question.qclass() != Class::IN {
        return Err(refuse(Rcode::REFUSED));
    }
    let labels = question.qname().iter().filter(|label| !label.is_root());
    let labels = labels.map(|label| label.to_string().to_ascii_lowercase()).collect();
    Ok(Question { labels, kind })
}

/// The longest answer that the asker takes in one datagram, in bytes.
fn room(message: &Message<&[u8]>) -> usize {
    let said = message.opt().map_or(0, |opt| usize::from(opt.udp_payload_size().min(UNFRAGMENTED)));
    said.max(PLAIN)
}

/// The answer that says what was decided, for one who asked by a datagram or (`stream`) by TCP. An answer that is too
/// long is cut, and says so.
pub(super) fn answer(query: &[u8], decision: &Decision, stream: bool) -> Option<Vec<u8>> {
    let message = Message::from_octets(query).ok()?;
    let code = match decision {
        Decision::Unknown => Rcode::NXDOMAIN,
        Decision::Refused => Rcode::REFUSED,
        Decision::Failed | Decision::Forward(_) => Rcode::SERVFAIL,
        Decision::Addresses(_) | Decision::Names(_) => Rcode::NOERROR,
    };
    let mut builder = MessageBuilder::from_target(StaticCompressor::new(Vec::new())).ok()?;
    let longest = if stream { usize::from(u16::MAX) } else { room(&message) };
    // The record that ends it (OPT) has eleven bytes.
    builder.set_push_limit(longest - 11);
    let mut answer = builder.start_answer(&message, code).ok()?;
    answer.header_mut().set_ra(true);
    answer.header_mut().set_aa(matches!(decision, Decision::Addresses(_) | Decision::Names(_)));
    if push(&mut answer, &message, decision).is_none() {
        answer.header_mut().set_tc(true);
    }
    answer.clear_push_limit();
    let mut end = answer.additional();
    if message.opt().is_some() {
        let size = |opt: &mut domain::base::message_builder::OptBuilder<'_, _>| {
            opt.set_udp_payload_size(UNFRAGMENTED);
            Ok(())
        };
        end.opt(size).ok()?;
    }
    Some(end.finish().into_target())
}

type Answer = AnswerBuilder<StaticCompressor<Vec<u8>>>;

/// Adds the records; `None` where they don't fit.
fn push(answer: &mut Answer, message: &Message<&[u8]>, decision: &Decision) -> Option<()> {
    let question = message.sole_question().ok()?;
    let owner = question.qname();
    match decision {
        Decision::Addresses(addresses) => {
            for address in addresses {
                match address {
                    IpAddr::V4(address) => answer.push((owner, TTL, A::new(*address))).ok()?,
                    IpAddr::V6(address) => answer.push((owner, TTL, Aaaa::new(*address))).ok()?,
                }
            }
        }
        Decision::Names(names) => {
            // What is too long for a name can't be told, nor asked for.
            for name in names.iter().filter_map(|name| name.parse::<Name<Vec<u8>>>().ok()) {
                answer.push((owner, TTL, Ptr::new(name))).ok()?;
            }
        }
        _ => {}
    }
    Some(())
}

/// Whether `answer` answers `query`: the same number, the same question.
pub(super) fn answers(answer: &[u8], query: &[u8]) -> bool {
    let (Ok(answer), Ok(query)) = (Message::from_octets(answer), Message::from_octets(query)) else {
        return false;
    };
    // A server that can't read the question may leave it out.
    let (theirs, ours) = (answer.sole_question(), query.sole_question());
    let same = match (theirs, ours) {
        (Ok(theirs), Ok(ours)) => theirs == ours,
        _ => answer.header().rcode() != Rcode::NOERROR && answer.header_counts().qdcount() == 0,
    };
    answer.header().qr() && answer.header().id() == query.header().id() && same
}

/// Whether the answer of one server is a reason to ask the next.
pub(super) fn is_failure(answer: &[u8]) -> bool {
    Message::from_octets(answer).is_ok_and(|answer| {
        matches!(answer.header().rcode(), Rcode::SERVFAIL | Rcode::REFUSED | Rcode::NOTIMP)
    })
}

/// The number of a message, by which its sender knows the answer.
pub(super) fn number(message: &[u8]) -> u16 {
    message.first_chunk().map_or(0, |bytes| u16::from_be_bytes(*bytes))
}

/// Gives a message another number.
pub(super) fn renumber(message: &mut [u8], number: u16) {
    if let Some(bytes) = message.first_chunk_mut() {
        *bytes = number.to_be_bytes();
    }
}

#[cfg(test)]
mod tests;
