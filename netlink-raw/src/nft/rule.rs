//! Rules: `NFTA_RULE_*`.

use super::{Expression, begin, open, request};
use crate::kernel::{
    NFT_MSG_DELRULE, NFT_MSG_GETRULE, NFT_MSG_NEWRULE, NFTA_RULE_CHAIN, NFTA_RULE_EXPRESSIONS,
    NFTA_RULE_HANDLE, NFTA_RULE_TABLE, NLM_F_APPEND, NLM_F_CREATE, NLM_F_DUMP,
};
use crate::wire::{Message, Writer};
use crate::{Decode, Error, Request};

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    /// The family of its table.
    pub family: u8,
    /// The name of its table.
    pub table: String,
    /// The name of its chain.
    pub chain: String,
    /// Its number, which the kernel gives.
    pub handle: Option<u64>,
    /// What it does, one after another, until one says that it does not match.
    pub expressions: Vec<Expression>,
}

impl Rule {
    /// Puts the rule at its chain's end: NFT_MSG_NEWRULE as `nft add rule` sends it.
    ///
    /// # Errors
    /// [`Error::TooLong`] when there are too many expressions.
    pub fn append(&self) -> Result<Request, Error> {
        self.request(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, "add a rule to")
    }

    /// Deletes the rule with this handle; without a handle, all rules of the chain.
    ///
    /// # Errors
    /// None so far but [`Error::Nul`].
    pub fn delete(&self) -> Result<Request, Error> {
        let body = Self { expressions: Vec::new(), ..self.clone() };
        body.request(NFT_MSG_DELRULE, 0, "delete rules of")
    }

    /// Asks for all rules of the chain; of the table when the chain's name is empty.
    ///
    /// # Errors
    /// As [`delete`](Rule::delete).
    pub fn dump(&self) -> Result<Request, Error> {
        let body = Self { expressions: Vec::new(), ..self.clone() };
        body.request(NFT_MSG_GETRULE, NLM_F_DUMP, "list rules of")
    }

    fn request(&self, kind: u16, flags: u16, verb: &str) -> Result<Request, Error> {
        let mut body = begin(self.family);
        body.put_str(NFTA_RULE_TABLE, &self.table);
        if !self.chain.is_empty() {
            body.put_str(NFTA_RULE_CHAIN, &self.chain);
        }
        if let Some(handle) = self.handle {
            body.put_bytes(NFTA_RULE_HANDLE, &handle.to_be_bytes());
        }
        if !self.expressions.is_empty() {
            body.nest_flagged(NFTA_RULE_EXPRESSIONS, |writer: &mut Writer| {
                self.expressions.iter().for_each(|expression| expression.put(writer));
            });
        }
        request(kind, flags, body, format!("{verb} chain {} of table {}", self.chain, self.table))
    }
}

impl Decode for Rule {
    fn decode(message: &Message<'_>) -> Result<Self, Error> {
        let kinds = [NFT_MSG_NEWRULE, NFT_MSG_GETRULE, NFT_MSG_DELRULE];
        let (family, attributes) = open(message, &kinds, "rule")?;
        let mut found = Self { family, ..Self::default() };
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                NFTA_RULE_TABLE => found.table = attribute.str().into_owned(),
                NFTA_RULE_CHAIN => found.chain = attribute.str().into_owned(),
                NFTA_RULE_HANDLE => found.handle = Some(attribute.u64_be()?),
                NFTA_RULE_EXPRESSIONS => {
                    let read = |member: Result<_, _>| member.and_then(|member| Expression::read(&member));
                    found.expressions = attribute.nested().map(read).collect::<Result<_, _>>()?;
                }
                _ => {}
            }
        }
        Ok(found)
    }
}
