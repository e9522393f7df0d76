//! Chains: `NFTA_CHAIN_*`.

use super::{begin, open, request};
use crate::kernel::{
    NFT_MSG_DELCHAIN, NFT_MSG_GETCHAIN, NFT_MSG_NEWCHAIN, NFTA_CHAIN_HOOK, NFTA_CHAIN_NAME,
    NFTA_CHAIN_POLICY, NFTA_CHAIN_TABLE, NFTA_CHAIN_TYPE, NFTA_CHAIN_USE, NFTA_HOOK_HOOKNUM,
    NFTA_HOOK_PRIORITY, NLM_F_CREATE, NLM_F_DUMP,
};
use crate::wire::{Attributes, Message};
use crate::{Decode, Error, Request};

/// A chain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chain {
    /// The family of its table.
    pub family: u8,
    /// The name of its table.
    pub table: String,
    /// Its name.
    pub name: String,
    /// `filter`, `nat` or `route`, of a chain that packets come to by a hook.
    pub kind: Option<String>,
    /// Where packets come to it.
    pub hook: Option<Hook>,
    /// What becomes of packets that pass all its rules: 0 (`NF_DROP`) or 1 (`NF_ACCEPT`).
    pub policy: Option<u32>,
    /// How many rules are in it, and how many rules and elements jump to it. Told by the kernel.
    pub uses: Option<u32>,
}

/// Where packets come to a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hook {
    /// `NF_INET_*`.
    pub number: u32,
    /// Lower ones come first; -100 is `dstnat`, 0 `filter`, 100 `srcnat`.
    pub priority: i32,
}

impl Chain {
    /// Makes the chain, if it is not there: NFT_MSG_NEWCHAIN as `nft add chain` sends it.
    ///
    /// # Errors
    /// None so far but [`Error::Nul`].
    pub fn add(&self) -> Result<Request, Error> {
        let mut body = begin(self.family);
        body.put_str(NFTA_CHAIN_TABLE, &self.table);
        body.put_str(NFTA_CHAIN_NAME, &self.name);
        if let Some(kind) = &self.kind {
            body.put_str(NFTA_CHAIN_TYPE, kind);
        }
        if let Some(policy) = self.policy {
            body.put_u32_be(NFTA_CHAIN_POLICY, policy);
        }
        if let Some(hook) = self.hook {
            body.nest_flagged(NFTA_CHAIN_HOOK, |writer| {
                writer.put_u32_be(NFTA_HOOK_HOOKNUM, hook.number);
                writer.put_u32_be(NFTA_HOOK_PRIORITY, hook.priority.cast_unsigned());
            });
        }
        request(NFT_MSG_NEWCHAIN, NLM_F_CREATE, body, self.operation("add"))
    }

    /// Deletes the chain, which must have no rules.
    ///
    /// # Errors
    /// As [`add`](Chain::add).
    pub fn delete(&self) -> Result<Request, Error> {
        self.named(NFT_MSG_DELCHAIN, "delete")
    }

    /// Asks for the chain.
    ///
    /// # Errors
    /// As [`add`](Chain::add).
    pub fn get(&self) -> Result<Request, Error> {
        self.named(NFT_MSG_GETCHAIN, "get")
    }

    /// Asks for all chains of a family; 0 for those of every family.
    ///
    /// # Errors
    /// None so far.
    pub fn dump(family: u8) -> Result<Request, Error> {
        request(NFT_MSG_GETCHAIN, NLM_F_DUMP, begin(family), "list chains".to_owned())
    }

    fn named(&self, kind: u16, verb: &str) -> Result<Request, Error> {
        let mut body = begin(self.family);
        body.put_str(NFTA_CHAIN_TABLE, &self.table);
        body.put_str(NFTA_CHAIN_NAME, &self.name);
        request(kind, 0, body, self.operation(verb))
    }

    fn operation(&self, verb: &str) -> String {
        format!("{verb} chain {} of table {}", self.name, self.table)
    }
}

impl Decode for Chain {
    fn decode(message: &Message<'_>) -> Result<Self, Error> {
        let kinds = [NFT_MSG_NEWCHAIN, NFT_MSG_GETCHAIN, NFT_MSG_DELCHAIN];
        let (family, attributes) = open(message, &kinds, "chain")?;
        let mut found = Self { family, ..Self::default() };
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                NFTA_CHAIN_TABLE => found.table = attribute.str().into_owned(),
                NFTA_CHAIN_NAME => found.name = attribute.str().into_owned(),
                NFTA_CHAIN_TYPE => found.kind = Some(attribute.str().into_owned()),
                NFTA_CHAIN_POLICY => found.policy = Some(attribute.u32_be()?),
                NFTA_CHAIN_USE => found.uses = Some(attribute.u32_be()?),
                NFTA_CHAIN_HOOK => found.hook = Some(Hook::read(attribute.nested())?),
                _ => {}
            }
        }
        Ok(found)
    }
}

impl Hook {
    fn read(attributes: Attributes<'_>) -> Result<Self, Error> {
        let mut found = Self::default();
        for attribute in attributes {
            let attribute = attribute?;
            match attribute.kind {
                NFTA_HOOK_HOOKNUM => found.number = attribute.u32_be()?,
                NFTA_HOOK_PRIORITY => found.priority = attribute.u32_be()?.cast_signed(),
                _ => {}
            }
        }
        Ok(found)
    }
}
