//! Reading the attributes of an expression.

use super::Expression;
use super::data::{Data, bytes};
use crate::Error;
use crate::kernel::{
    NFTA_IMMEDIATE_DATA, NFTA_IMMEDIATE_DREG, NFTA_LOOKUP_DREG, NFTA_LOOKUP_FLAGS, NFTA_LOOKUP_SET,
    NFTA_LOOKUP_SET_ID, NFTA_LOOKUP_SREG,
};
use crate::wire::Attribute;

/// The attributes of one expression; one that is not there reads as 0 or as nothing.
pub(super) struct Fields<'a>(pub(super) &'a Attribute<'a>);

impl Fields<'_> {
    pub(super) fn find(&self, kind: u16) -> Result<Option<Attribute<'_>>, Error> {
        self.0.nested().find(|found| found.as_ref().map_or(true, |found| found.kind == kind)).transpose()
    }

    pub(super) fn has(&self, kind: u16) -> bool {
        matches!(self.find(kind), Ok(Some(_)))
    }

    pub(super) fn some(&self, kind: u16) -> Result<Option<u32>, Error> {
        self.find(kind)?.map(|found| found.u32_be()).transpose()
    }

    pub(super) fn number(&self, kind: u16) -> Result<u32, Error> {
        self.some(kind).map(Option::unwrap_or_default)
    }

    pub(super) fn value(&self, kind: u16) -> Result<Vec<u8>, Error> {
        self.find(kind)?.map_or(Ok(Vec::new()), |found| bytes(&found))
    }

    pub(super) fn lookup(&self) -> Result<Expression, Error> {
        Ok(Expression::Lookup {
            set: self.find(NFTA_LOOKUP_SET)?.map(|found| found.str().into_owned()).unwrap_or_default(),
            id: self.number(NFTA_LOOKUP_SET_ID)?,
            from: self.number(NFTA_LOOKUP_SREG)?,
            to: self.some(NFTA_LOOKUP_DREG)?,
            inverse: self.number(NFTA_LOOKUP_FLAGS)? & 1 != 0,
        })
    }

    /// `None` when what is loaded is of a kind not known.
    pub(super) fn immediate(&self) -> Result<Option<Expression>, Error> {
        let to = self.number(NFTA_IMMEDIATE_DREG)?;
        let data = self.find(NFTA_IMMEDIATE_DATA)?.map_or(Ok(None), |found| Data::read(&found))?;
        Ok(data.map(|data| Expression::Immediate { to, data }))
    }
}
