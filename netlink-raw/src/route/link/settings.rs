//! Structs of settings, each an attribute of one number, made from one list.

use crate::Error;
use crate::wire::{Attribute, Writer};

/// Makes a struct of optional fields from one list: its fields, how they are encoded in this order, and how
/// they are decoded, and the words that `ip` has for them.
macro_rules! settings {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ident = $kind:ident, $word:literal;)* }) => {
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

            /// What is set: the word that `ip` has for it, and its value.
            pub fn words(&self) -> Vec<(&'static str, u32)> {
                let mut words = Vec::new();
                $(if let Some(value) = self.$field {
                    words.push(($word, value.into()));
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
        }
    };
}

setting!(u8, put_u8);
setting!(u16, put_u16);
setting!(u32, put_u32);

impl Setting for bool {
    fn put(self, writer: &mut Writer, kind: u16) {
        writer.put_u8(kind, self.into());
    }

    fn take(attribute: &Attribute<'_>) -> Result<Self, Error> {
        Ok(attribute.u8()? != 0)
    }
}
