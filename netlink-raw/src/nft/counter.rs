//! Counters of packets: the expression `counter` with what it has counted (`NFTA_COUNTER_*`).

use crate::Error;
use crate::kernel::{NFTA_COUNTER_BYTES, NFTA_COUNTER_PACKETS, NFTA_EXPR_DATA, NFTA_EXPR_NAME};
use crate::wire::{Attribute, Writer};

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counter {
    /// Packets, as the kernel handled them: what came as one from GRO is one.
    pub packets: u64,
    /// Their bytes, from the network header on.
    pub bytes: u64,
}

impl Counter {
    /// Writes it as an expression's attributes.
    pub(super) fn put(self, writer: &mut Writer) {
        writer.put_str(NFTA_EXPR_NAME, "counter");
        writer.nest_flagged(NFTA_EXPR_DATA, |writer| {
            writer.put_bytes(NFTA_COUNTER_BYTES, &self.bytes.to_be_bytes());
            writer.put_bytes(NFTA_COUNTER_PACKETS, &self.packets.to_be_bytes());
        });
    }

    /// Reads an expression; `None` where it is another.
    ///
    /// # Errors
    /// An attribute that is cut off.
    pub(super) fn read(expression: &Attribute<'_>) -> Result<Option<Self>, Error> {
        let (mut found, mut is_one) = (Self::default(), false);
        for attribute in expression.nested() {
            let attribute = attribute?;
            match attribute.kind {
                NFTA_EXPR_NAME => is_one = attribute.str() == "counter",
                NFTA_EXPR_DATA => {
                    for number in attribute.nested() {
                        let number = number?;
                        match number.kind {
                            NFTA_COUNTER_PACKETS => found.packets = number.u64_be()?,
                            NFTA_COUNTER_BYTES => found.bytes = number.u64_be()?,
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(is_one.then_some(found))
    }
}
