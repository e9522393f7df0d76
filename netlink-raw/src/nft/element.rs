//! Elements of sets and maps: `NFTA_SET_ELEM_LIST_*`, `NFTA_SET_ELEM_*`.

use super::Counter;
use super::data::{Data, bytes};
use super::{begin, comment, open, put_comment, request};
use crate::kernel::{
    NFT_MSG_DELSETELEM, NFT_MSG_GETSETELEM, NFT_MSG_NEWSETELEM, NFTA_SET_ELEM_DATA, NFTA_SET_ELEM_EXPR,
    NFTA_SET_ELEM_FLAGS, NFTA_SET_ELEM_KEY, NFTA_SET_ELEM_KEY_END, NFTA_SET_ELEM_LIST_ELEMENTS,
    NFTA_SET_ELEM_LIST_SET, NFTA_SET_ELEM_LIST_SET_ID, NFTA_SET_ELEM_LIST_TABLE, NFTA_SET_ELEM_OBJREF,
    NFTA_SET_ELEM_TIMEOUT, NFTA_SET_ELEM_USERDATA, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL,
};
use crate::wire::{Attribute, Message, Writer};
use crate::{Decode, Error, Request};

/// Bytes of elements in one message. The nest that holds them has a 16-bit length, and no element is as long as the
/// rest.
const BYTES: usize = 60_000;

/// One element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// Its key, each part padded to four bytes where there are several.
    pub key: Vec<u8>,
    /// The end of a range of keys of several parts, each a range of its own (Linux 5.6).
    pub key_end: Option<Vec<u8>>,
    /// What the map holds for it.
    pub data: Option<Data>,
    /// `NFT_SET_ELEM_*`.
    pub flags: u32,
    /// A comment of at most 253 bytes.
    pub comment: Option<String>,
    /// How many packets were looked up by it, if it counts them (Linux 5.7).
    pub counter: Option<Counter>,
    /// Milliseconds after which it goes by itself.
    pub timeout: Option<u64>,
    /// The name of the object that a map has for it.
    pub object: Option<String>,
}

/// Elements of one set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Elements {
    /// The family of the set's table.
    pub family: u8,
    /// The name of the set's table.
    pub table: String,
    /// The set's name.
    pub set: String,
    /// The set's number in the same transaction; 0 is not sent.
    pub id: u32,
    /// The elements.
    pub elements: Vec<Element>,
}

impl Elements {
    /// Adds the elements: NFT_MSG_NEWSETELEM as `nft add element` sends it. Those that are there already are no
    /// error, unless they hold something else (`EBUSY`, or `EEXIST`). As many messages as they need.
    ///
    /// # Errors
    /// [`Error::Invalid`] when a comment is too long.
    pub fn add(&self) -> Result<Vec<Request>, Error> {
        self.change(NFT_MSG_NEWSETELEM, NLM_F_CREATE, "add")
    }

    /// Adds the elements, and fails with `EEXIST` when one is there already: as `nft create element` sends it.
    ///
    /// # Errors
    /// As [`add`](Elements::add).
    pub fn create(&self) -> Result<Vec<Request>, Error> {
        self.change(NFT_MSG_NEWSETELEM, NLM_F_CREATE | NLM_F_EXCL, "create")
    }

    /// Deletes the elements, and fails with `ENOENT` when one is not there. Without elements it deletes all.
    ///
    /// # Errors
    /// As [`add`](Elements::add).
    pub fn delete(&self) -> Result<Vec<Request>, Error> {
        if self.elements.is_empty() {
            return Ok(vec![request(NFT_MSG_DELSETELEM, 0, self.begin(), self.operation("flush"))?]);
        }
        self.change(NFT_MSG_DELSETELEM, 0, "delete")
    }

    /// Asks for these elements. With several elements each is answered by a message of its own: ask for one.
    ///
    /// # Errors
    /// As [`add`](Elements::add).
    pub fn get(&self) -> Result<Request, Error> {
        let mut body = self.begin();
        body.nest_flagged(NFTA_SET_ELEM_LIST_ELEMENTS, |writer| {
            (1..).zip(&self.elements).for_each(|(place, element)| element.put(writer, place));
        });
        request(NFT_MSG_GETSETELEM, 0, body, self.operation("get"))
    }

    /// Asks for all elements of the set. The answer may be several lists.
    ///
    /// # Errors
    /// As [`add`](Elements::add).
    pub fn dump(&self) -> Result<Request, Error> {
        request(NFT_MSG_GETSETELEM, NLM_F_DUMP, self.begin(), self.operation("list"))
    }

    fn change(&self, kind: u16, flags: u16, verb: &str) -> Result<Vec<Request>, Error> {
        let mut requests = Vec::new();
        let mut rest = &self.elements[..];
        while !rest.is_empty() {
            let (together, later) = rest.split_at(fitting(rest));
            let mut body = self.begin();
            if self.id != 0 {
                body.put_u32_be(NFTA_SET_ELEM_LIST_SET_ID, self.id);
            }
            body.nest_flagged(NFTA_SET_ELEM_LIST_ELEMENTS, |writer| {
                (1..).zip(together).for_each(|(place, element)| element.put(writer, place));
            });
            requests.push(request(kind, flags, body, self.operation(verb))?);
            rest = later;
        }
        Ok(requests)
    }

    fn begin(&self) -> Writer {
        let mut body = begin(self.family);
        body.put_str(NFTA_SET_ELEM_LIST_TABLE, &self.table);
        body.put_str(NFTA_SET_ELEM_LIST_SET, &self.set);
        body
    }

    fn operation(&self, verb: &str) -> String {
        format!("{verb} elements of set {} of table {}", self.set, self.table)
    }
}

/// How many elements one message carries: at least one.
fn fitting(elements: &[Element]) -> usize {
    let mut bytes = 0;
    let fits = |element: &&Element| {
        bytes += element.bytes();
        bytes <= BYTES
    };
    elements.iter().take_while(fits).count().max(1)
}

impl Element {
    /// Writes it as the member number `place` of a list, as `nft` counts them.
    fn put(&self, writer: &mut Writer, place: u16) {
        writer.nest_flagged(place, |writer| {
            if self.flags != 0 {
                writer.put_u32_be(NFTA_SET_ELEM_FLAGS, self.flags);
            }
            if let Some(timeout) = self.timeout {
                writer.put_bytes(NFTA_SET_ELEM_TIMEOUT, &timeout.to_be_bytes());
            }
            Data::Value(self.key.clone()).put(writer, NFTA_SET_ELEM_KEY);
            if let Some(end) = &self.key_end {
                Data::Value(end.clone()).put(writer, NFTA_SET_ELEM_KEY_END);
            }
            if let Some(data) = &self.data {
                data.put(writer, NFTA_SET_ELEM_DATA);
            }
            if let Some(counter) = &self.counter {
                writer.nest_flagged(NFTA_SET_ELEM_EXPR, |writer| counter.put(writer));
            }
            put_comment(writer, NFTA_SET_ELEM_USERDATA, self.comment.as_deref());
            if let Some(object) = &self.object {
                writer.put_str(NFTA_SET_ELEM_OBJREF, object);
            }
        });
    }

    /// At least as many bytes as it is written with.
    fn bytes(&self) -> usize {
        // Headers of the member, of both keys, data, flags, timeout and comment, their padding, and a verdict's.
        const HEADERS: usize = 88;
        // Its name, two numbers of 64 bits, and their headers.
        const COUNTER: usize = 48;
        let data = match &self.data {
            Some(Data::Value(value)) => value.len(),
            // A chain's name has at most 128.
            Some(Data::Verdict(_)) => 160,
            None => 0,
        };
        let counter = self.counter.map_or(0, |_| COUNTER);
        let object = self.object.as_ref().map_or(0, |object| object.len() + 8);
        let keys = self.key.len() + self.key_end.as_ref().map_or(0, Vec::len);
        HEADERS + counter + object + keys + data + self.comment.as_ref().map_or(0, String::len)
    }

    fn read(member: &Attribute<'_>) -> Result<Self, Error> {
        let mut found = Self::default();
        for attribute in member.nested() {
            let attribute = attribute?;
            match attribute.kind {
                NFTA_SET_ELEM_KEY => found.key = bytes(&attribute)?,
                NFTA_SET_ELEM_KEY_END => found.key_end = Some(bytes(&attribute)?),
                NFTA_SET_ELEM_DATA => found.data = Data::read(&attribute)?,
                NFTA_SET_ELEM_FLAGS => found.flags = attribute.u32_be()?,
                NFTA_SET_ELEM_USERDATA => found.comment = comment(&attribute),
                NFTA_SET_ELEM_TIMEOUT => found.timeout = Some(attribute.u64_be()?),
                NFTA_SET_ELEM_OBJREF => found.object = Some(attribute.str().into_owned()),
                NFTA_SET_ELEM_EXPR => found.counter = Counter::read(&attribute)?,
                _ => {}
            }
        }
        Ok(found)
    }
}

impl Decode for Elements {
    fn decode(message: &Message<'_>) -> Result<Self, Error> {
        let kinds = [NFT_MSG_NEWSETELEM, NFT_MSG_GETSETELEM, NFT_MSG_DELSETELEM];
        let (family, attributes) = open(message, &kinds, "list of elements")?;
        let mut found = Self { family, ..Self::default() };
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                NFTA_SET_ELEM_LIST_TABLE => found.table = attribute.str().into_owned(),
                NFTA_SET_ELEM_LIST_SET => found.set = attribute.str().into_owned(),
                NFTA_SET_ELEM_LIST_SET_ID => found.id = attribute.u32_be()?,
                NFTA_SET_ELEM_LIST_ELEMENTS => {
                    let read = |member: Result<_, _>| member.and_then(|member| Element::read(&member));
                    found.elements = attribute.nested().map(read).collect::<Result<_, _>>()?;
                }
                _ => {}
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_elements_take_several_messages() {
        let element = |n: u32| Element {
            key: [6_u32.to_be_bytes(), n.to_be_bytes()].concat(),
            data: Some(Data::Value(vec![0; 20])),
            comment: Some("x".repeat(100)),
            ..Element::default()
        };
        let elements = Elements { elements: (0..2000).map(element).collect(), ..Elements::default() };
        let requests = elements.add().unwrap();
        assert!(requests.len() > 3 && requests.iter().all(|request| request.body.len() < 0xffff));
        let bytes: Vec<Vec<u8>> = requests.iter().map(|request| request.encode(1)).collect();
        let found: Vec<Element> = bytes
            .iter()
            .flat_map(|bytes| Elements::decode(&Message::parse(bytes).unwrap()).unwrap().elements)
            .collect();
        assert_eq!(found, elements.elements);
    }

    #[test]
    fn a_comment_has_at_most_253_bytes() {
        let with = |length| Elements {
            elements: vec![Element { comment: Some("x".repeat(length)), ..Element::default() }],
            ..Elements::default()
        };
        assert!(with(253).add().is_ok());
        assert!(matches!(with(254).add(), Err(Error::Invalid { .. })));
    }
}
