//! Sets and maps: `NFTA_SET_*`.

use super::{Type, begin, open, request};
use crate::kernel::{
    NFT_MSG_DELSET, NFT_MSG_GETSET, NFT_MSG_NEWSET, NFT_SET_MAP, NFTA_SET_DATA_LEN, NFTA_SET_DATA_TYPE,
    NFTA_SET_FLAGS, NFTA_SET_ID, NFTA_SET_KEY_LEN, NFTA_SET_KEY_TYPE, NFTA_SET_NAME, NFTA_SET_TABLE,
    NFTA_SET_USERDATA, NLM_F_CREATE, NLM_F_DUMP,
};
use crate::wire::Message;
use crate::{Decode, Error, Request};

/// A set, or, with `data`, a map.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Set {
    /// The family of its table.
    pub family: u8,
    /// The name of its table.
    pub table: String,
    /// Its name.
    pub name: String,
    /// Its number, by which rules and elements of the same transaction may know it. The kernel requires one.
    pub id: u32,
    /// `NFT_SET_*`; [`add`](Set::add) adds `NFT_SET_MAP` to that of a map.
    pub flags: u32,
    /// What its keys are.
    pub key: Type,
    /// What it holds for a key.
    pub data: Option<Type>,
}

impl Set {
    /// Makes the set, if it is not there: NFT_MSG_NEWSET as `nft add set` sends it.
    ///
    /// # Errors
    /// None so far but [`Error::Nul`].
    pub fn add(&self) -> Result<Request, Error> {
        let mut body = self.begin();
        body.put_u32_be(NFTA_SET_FLAGS, self.flags | self.data.map_or(0, |_| NFT_SET_MAP));
        body.put_u32_be(NFTA_SET_KEY_TYPE, self.key.number);
        body.put_u32_be(NFTA_SET_KEY_LEN, self.key.length);
        if let Some(data) = self.data {
            body.put_u32_be(NFTA_SET_DATA_TYPE, data.number);
            body.put_u32_be(NFTA_SET_DATA_LEN, data.length);
        }
        body.put_u32_be(NFTA_SET_ID, self.id);
        body.put_bytes(NFTA_SET_USERDATA, &self.user_data());
        request(NFT_MSG_NEWSET, NLM_F_CREATE, body, self.operation("add"))
    }

    /// Deletes the set, which no rule may use.
    ///
    /// # Errors
    /// As [`add`](Set::add).
    pub fn delete(&self) -> Result<Request, Error> {
        request(NFT_MSG_DELSET, 0, self.begin(), self.operation("delete"))
    }

    /// Asks for the set; its elements are another question.
    ///
    /// # Errors
    /// As [`add`](Set::add).
    pub fn get(&self) -> Result<Request, Error> {
        request(NFT_MSG_GETSET, 0, self.begin(), self.operation("get"))
    }

    /// Asks for all sets of a table, or with an empty name of all tables of a family.
    ///
    /// # Errors
    /// As [`add`](Set::add).
    pub fn dump(family: u8, table: &str) -> Result<Request, Error> {
        let mut body = begin(family);
        if !table.is_empty() {
            body.put_str(NFTA_SET_TABLE, table);
        }
        request(NFT_MSG_GETSET, NLM_F_DUMP, body, "list sets".to_owned())
    }

    fn begin(&self) -> crate::wire::Writer {
        let mut body = begin(self.family);
        body.put_str(NFTA_SET_TABLE, &self.table);
        body.put_str(NFTA_SET_NAME, &self.name);
        body
    }

    fn operation(&self, verb: &str) -> String {
        format!("{verb} set {} of table {}", self.name, self.table)
    }

    /// What `nft` keeps with a set to print it by: for key (0) and data (1) the order of bytes, then for each (3, 4)
    /// that it is a concatenation (13), then (6) that the data are no ranges.
    fn user_data(&self) -> Vec<u8> {
        const CONCATENATION: [u8; 8] = [0, 4, 13, 0, 0, 0, 1, 0];
        let number = |kind: u8, value: u32| [&[kind, 4][..], &value.to_ne_bytes()].concat();
        let kind = |kind: u8, of: Type| {
            if of.is_concatenation() { [&[kind, 8][..], &CONCATENATION].concat() } else { Vec::new() }
        };
        let key = (number(0, self.key.byte_order()), kind(3, self.key));
        match self.data {
            None => [key.0, key.1].concat(),
            Some(data) => [key.0, number(1, data.byte_order()), key.1, kind(4, data), number(6, 0)].concat(),
        }
    }
}

impl Decode for Set {
    fn decode(message: &Message<'_>) -> Result<Self, Error> {
        let kinds = [NFT_MSG_NEWSET, NFT_MSG_GETSET, NFT_MSG_DELSET];
        let (family, attributes) = open(message, &kinds, "set")?;
        let mut found = Self { family, ..Self::default() };
        let mut data = Type::default();
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                NFTA_SET_TABLE => found.table = attribute.str().into_owned(),
                NFTA_SET_NAME => found.name = attribute.str().into_owned(),
                NFTA_SET_ID => found.id = attribute.u32_be()?,
                NFTA_SET_FLAGS => found.flags = attribute.u32_be()?,
                NFTA_SET_KEY_TYPE => found.key.number = attribute.u32_be()?,
                NFTA_SET_KEY_LEN => found.key.length = attribute.u32_be()?,
                NFTA_SET_DATA_TYPE => data.number = attribute.u32_be()?,
                NFTA_SET_DATA_LEN => data.length = attribute.u32_be()?,
                _ => {}
            }
        }
        found.data = (found.flags & NFT_SET_MAP != 0).then_some(data);
        found.flags &= !NFT_SET_MAP;
        Ok(found)
    }
}
