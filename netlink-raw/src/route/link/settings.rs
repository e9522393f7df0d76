//! Structs of settings, each an attribute of one number, made from one list.

use crate::Error;
use crate::kernel::{BR_BOOLOPT_MCAST_VLAN_SNOOPING, BR_BOOLOPT_NO_LL_LEARN, ETH_P_8021AD, ETH_P_8021Q};
use crate::wire::{Attribute, Writer, field};

/// Makes a struct of optional fields from one list: its fields, how they are encoded in this order, and how
/// they are decoded, and the words that `ip` has for them.
macro_rules! settings {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $kind:ident, $word:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: Option<$type>,)*
        }

        impl $name {
            pub(super) fn encode(&self, writer: &mut $crate::wire::Writer) {
                $(if let Some(value) = self.$field {
                    $crate::route::link::settings::Setting::put(value, writer, $kind);
                })*
            }

            /// What is set: the word that `ip` has for it, and its value, which is empty where the word says all.
            pub fn words(&self) -> Vec<(&'static str, String)> {
                let mut words = Vec::new();
                $(if let Some(value) = self.$field {
                    $crate::route::link::settings::Setting::words(value, $word, &mut words);
                })*
                words
            }

            pub(super) fn decode(attributes: $crate::wire::Attributes<'_>) -> Result<Self, $crate::Error> {
                let mut settings = Self::default();
                for attribute in attributes {
                    let attribute = attribute?;
                    match attribute.kind {
                        $($kind => settings.$field = Some($crate::route::link::settings::Setting::take(&attribute)?),)*
                        _ => {}
                    }
                }
                Ok(settings)
            }
        }
    };
}

pub(super) use settings;

/// How a setting of this type stands in an attribute.
pub(super) trait Setting: Sized {
    fn put(self, writer: &mut Writer, kind: u16);
    fn take(attribute: &Attribute<'_>) -> Result<Self, Error>;
    /// Says it as `ip` does.
    fn words(self, word: &'static str, words: &mut Vec<(&'static str, String)>);
}

macro_rules! setting {
    ($type:ident, $put:ident) => {
        impl Setting for $type {
            fn put(self, writer: &mut Writer, kind: u16) {
                writer.$put(kind, self);
            }

            fn take(attribute: &Attribute<'_>) -> Result<Self, Error> {
                attribute.$type()
            }

            fn words(self, word: &'static str, words: &mut Vec<(&'static str, String)>) {
                words.push((word, self.to_string()));
            }
        }
    };
}

setting!(u8, put_u8);
setting!(u16, put_u16);
setting!(u32, put_u32);
setting!(u64, put_u64);

impl Setting for bool {
    fn put(self, writer: &mut Writer, kind: u16) {
        writer.put_u8(kind, self.into());
    }

    fn take(attribute: &Attribute<'_>) -> Result<Self, Error> {
        Ok(attribute.u8()? != 0)
    }

    fn words(self, word: &'static str, words: &mut Vec<(&'static str, String)>) {
        words.push((word, u8::from(self).to_string()));
    }
}

/// What is done by being said.
impl Setting for () {
    fn put(self, writer: &mut Writer, kind: u16) {
        writer.put_flag(kind);
    }

    fn take(_: &Attribute<'_>) -> Result<Self, Error> {
        Ok(())
    }

    fn words(self, word: &'static str, words: &mut Vec<(&'static str, String)>) {
        words.push((word, String::new()));
    }
}

/// A hardware address of Ethernet.
impl Setting for [u8; 6] {
    fn put(self, writer: &mut Writer, kind: u16) {
        writer.put_bytes(kind, &self);
    }

    fn take(attribute: &Attribute<'_>) -> Result<Self, Error> {
        attribute.payload.first_chunk().copied().ok_or(Error::Malformed {
            what: "hardware address",
            attribute: Some(attribute.kind),
            needed: 6,
            found: attribute.payload.len(),
        })
    }

    fn words(self, word: &'static str, words: &mut Vec<(&'static str, String)>) {
        words.push((word, crate::hardware(&self)));
    }
}

/// A protocol of Ethernet, `ETH_P_*`; big-endian in messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EtherType(pub u16);

impl Setting for EtherType {
    fn put(self, writer: &mut Writer, kind: u16) {
        writer.put_u16_be(kind, self.0);
    }

    fn take(attribute: &Attribute<'_>) -> Result<Self, Error> {
        attribute.u16_be().map(Self)
    }

    fn words(self, word: &'static str, words: &mut Vec<(&'static str, String)>) {
        let name = match self.0 {
            ETH_P_8021Q => "802.1q".to_owned(),
            ETH_P_8021AD => "802.1ad".to_owned(),
            number => format!("{number:#x}"),
        };
        words.push((word, name));
    }
}

/// Switches of a bridge: `struct br_boolopt_multi`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BridgeSwitches {
    /// `BR_BOOLOPT_*`, a bit each: those that are on.
    pub on: u32,
    /// Those of them that are meant.
    pub mask: u32,
}

impl Setting for BridgeSwitches {
    fn put(self, writer: &mut Writer, kind: u16) {
        writer.put_bytes(kind, &[self.on.to_ne_bytes(), self.mask.to_ne_bytes()].concat());
    }

    fn take(attribute: &Attribute<'_>) -> Result<Self, Error> {
        attribute.u64()?;
        let number = |at| u32::from_ne_bytes(field(attribute.payload, at));
        Ok(Self { on: number(0), mask: number(4) })
    }

    fn words(self, _: &'static str, words: &mut Vec<(&'static str, String)>) {
        for (bit, word) in [
            (BR_BOOLOPT_NO_LL_LEARN, "no_linklocal_learn"),
            (BR_BOOLOPT_MCAST_VLAN_SNOOPING, "mcast_vlan_snooping"),
        ] {
            if self.mask & bit != 0 {
                words.push((word, u8::from(self.on & bit != 0).to_string()));
            }
        }
    }
}
