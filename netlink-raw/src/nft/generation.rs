//! The generation of all tables, which every transaction that changes something raises: `NFTA_GEN_*`.

use super::{begin, open, request};
use crate::kernel::{NFT_MSG_GETGEN, NFT_MSG_NEWGEN, NFTA_GEN_ID};
use crate::wire::Message;
use crate::{Decode, Error, Request};

/// A generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Generation {
    /// Its number.
    pub id: u32,
}

impl Generation {
    /// Asks for the present one.
    ///
    /// # Errors
    /// None so far.
    pub fn get() -> Result<Request, Error> {
        request(NFT_MSG_GETGEN, 0, begin(0), "get the generation of the tables".to_owned())
    }
}

impl Decode for Generation {
    fn decode(message: &Message<'_>) -> Result<Self, Error> {
        let (_, attributes) = open(message, &[NFT_MSG_NEWGEN], "generation")?;
        let mut found = Self::default();
        for attribute in attributes {
            let attribute = attribute?;
            if attribute.kind == NFTA_GEN_ID {
                found.id = attribute.u32_be()?;
            }
        }
        Ok(found)
    }
}
