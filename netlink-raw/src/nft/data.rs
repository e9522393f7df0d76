//! Values and verdicts: `NFTA_DATA_*`, `NFTA_VERDICT_*`.

use crate::Error;
use crate::kernel::{NFTA_DATA_VALUE, NFTA_DATA_VERDICT, NFTA_VERDICT_CHAIN, NFTA_VERDICT_CODE};
use crate::wire::{Attribute, Writer};

/// What a register or an element holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// Bytes.
    Value(Vec<u8>),
    /// What becomes of the packet.
    Verdict(Verdict),
}

/// What becomes of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is thrown away.
    Drop,
    /// It passes this hook's chain, and goes on to the next one.
    Accept,
    /// The next rule looks at it.
    Continue,
    /// This chain looks at it, and then the next rule.
    Jump(String),
    /// This chain looks at it, and then the rule behind the last jump.
    Goto(String),
    /// The rule behind the last jump looks at it, or else the chain's policy holds.
    Return,
    /// A number not known here.
    Other(i32),
}

impl Verdict {
    fn code(&self) -> (i32, Option<&str>) {
        match self {
            Self::Drop => (0, None),
            Self::Accept => (1, None),
            Self::Continue => (-1, None),
            Self::Jump(chain) => (-3, Some(chain)),
            Self::Goto(chain) => (-4, Some(chain)),
            Self::Return => (-5, None),
            Self::Other(code) => (*code, None),
        }
    }

    fn read(attribute: &Attribute<'_>) -> Result<Self, Error> {
        let (mut code, mut chain) = (0, String::new());
        for attribute in attribute.nested() {
            let attribute = attribute?;
            match attribute.kind {
                NFTA_VERDICT_CODE => code = attribute.u32_be()?.cast_signed(),
                NFTA_VERDICT_CHAIN => chain = attribute.str().into_owned(),
                _ => {}
            }
        }
        Ok(match code {
            0 => Self::Drop,
            1 => Self::Accept,
            -1 => Self::Continue,
            -3 => Self::Jump(chain),
            -4 => Self::Goto(chain),
            -5 => Self::Return,
            other => Self::Other(other),
        })
    }
}

impl Data {
    /// Writes it as the attribute `kind`.
    pub(super) fn put(&self, writer: &mut Writer, kind: u16) {
        writer.nest_flagged(kind, |writer| match self {
            Self::Value(bytes) => writer.put_bytes(NFTA_DATA_VALUE, bytes),
            Self::Verdict(verdict) => writer.nest_flagged(NFTA_DATA_VERDICT, |writer| {
                let (code, chain) = verdict.code();
                writer.put_u32_be(NFTA_VERDICT_CODE, code.cast_unsigned());
                if let Some(chain) = chain {
                    writer.put_str(NFTA_VERDICT_CHAIN, chain);
                }
            }),
        });
    }

    /// Reads it from an attribute; `None` when it is of a kind not known.
    pub(super) fn read(attribute: &Attribute<'_>) -> Result<Option<Self>, Error> {
        for attribute in attribute.nested() {
            let attribute = attribute?;
            match attribute.kind {
                NFTA_DATA_VALUE => return Ok(Some(Self::Value(attribute.payload.to_vec()))),
                NFTA_DATA_VERDICT => return Verdict::read(&attribute).map(Self::Verdict).map(Some),
                _ => {}
            }
        }
        Ok(None)
    }
}

/// The bytes of a value; none of a verdict.
pub(super) fn bytes(attribute: &Attribute<'_>) -> Result<Vec<u8>, Error> {
    Ok(match Data::read(attribute)? {
        Some(Data::Value(bytes)) => bytes,
        _ => Vec::new(),
    })
}
