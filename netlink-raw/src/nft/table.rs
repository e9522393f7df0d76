//! Tables: `NFTA_TABLE_*`.

use super::{begin, comment, open, put_comment, request};
use crate::kernel::{
    NFT_MSG_DELTABLE, NFT_MSG_GETTABLE, NFT_MSG_NEWTABLE, NFTA_TABLE_FLAGS, NFTA_TABLE_NAME, NFTA_TABLE_USE,
    NFTA_TABLE_USERDATA, NLM_F_DUMP,
};
use crate::wire::Message;
use crate::{Decode, Error, Request};

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// `NFPROTO_INET`, …
    pub family: u8,
    /// Its name.
    pub name: String,
    /// `NFT_TABLE_F_*`.
    pub flags: u32,
    /// How many chains, sets and the like are in it. Told by the kernel.
    pub uses: Option<u32>,
    /// A comment of at most 253 bytes.
    pub comment: Option<String>,
}

impl Table {
    /// Makes the table, if it is not there: NFT_MSG_NEWTABLE as `nft add table` sends it.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the comment is too long.
    pub fn add(&self) -> Result<Request, Error> {
        let mut body = begin(self.family);
        body.put_str(NFTA_TABLE_NAME, &self.name);
        body.put_u32_be(NFTA_TABLE_FLAGS, self.flags);
        put_comment(&mut body, NFTA_TABLE_USERDATA, self.comment.as_deref());
        request(NFT_MSG_NEWTABLE, 0, body, format!("add table {}", self.name))
    }

    /// Deletes the table and all that is in it; fails with `ENOENT` when it is not there.
    ///
    /// # Errors
    /// None so far but [`Error::Nul`].
    pub fn delete(&self) -> Result<Request, Error> {
        self.named(NFT_MSG_DELTABLE, "delete")
    }

    /// Asks for the table.
    ///
    /// # Errors
    /// As [`delete`](Table::delete).
    pub fn get(&self) -> Result<Request, Error> {
        self.named(NFT_MSG_GETTABLE, "get")
    }

    /// Asks for all tables of a family; 0 for those of every family.
    ///
    /// # Errors
    /// None so far.
    pub fn dump(family: u8) -> Result<Request, Error> {
        request(NFT_MSG_GETTABLE, NLM_F_DUMP, begin(family), "list tables".to_owned())
    }

    fn named(&self, kind: u16, verb: &str) -> Result<Request, Error> {
        let mut body = begin(self.family);
        body.put_str(NFTA_TABLE_NAME, &self.name);
        request(kind, 0, body, format!("{verb} table {}", self.name))
    }
}

impl Decode for Table {
    fn decode(message: &Message<'_>) -> Result<Self, Error> {
        let kinds = [NFT_MSG_NEWTABLE, NFT_MSG_GETTABLE, NFT_MSG_DELTABLE];
        let (family, attributes) = open(message, &kinds, "table")?;
        let mut found = Self { family, ..Self::default() };
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                NFTA_TABLE_NAME => found.name = attribute.str().into_owned(),
                NFTA_TABLE_FLAGS => found.flags = attribute.u32_be()?,
                NFTA_TABLE_USE => found.uses = Some(attribute.u32_be()?),
                NFTA_TABLE_USERDATA => found.comment = comment(&attribute),
                _ => {}
            }
        }
        Ok(found)
    }
}
