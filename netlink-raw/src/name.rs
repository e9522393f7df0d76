//! The names of links, and what else is called by a short text.

use std::fmt;
use std::ops::Deref;

use crate::in_place::InPlace;

/// A name, made of any text by `into()`, and read as a `str`. One of up to 15 bytes, as the kernel's names of links are
/// (`IFNAMSIZ` in `linux/if.h`, less the NUL), lies in place and has no allocation.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Name(Text);

/// A text of one length is always of one kind.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Text {
    InPlace(InPlace),
    Longer(Box<str>),
}

impl Name {
    /// Its bytes, which are UTF-8.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Text::InPlace(bytes) => bytes,
            Text::Longer(text) => text.as_bytes(),
        }
    }
}

impl<T: AsRef<str>> From<T> for Name {
    #[inline]
    fn from(text: T) -> Self {
        let text = text.as_ref();
        Self(InPlace::new(text.as_bytes()).map_or_else(|| Text::Longer(text.into()), Text::InPlace))
    }
}

/// The empty one.
impl Default for Name {
    fn default() -> Self {
        "".into()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.to_string()
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        match &self.0 {
            // They were those of a text.
            Text::InPlace(bytes) => str::from_utf8(bytes).unwrap_or_default(),
            Text::Longer(text) => text,
        }
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, text: &str) -> bool {
        self.as_bytes() == text.as_bytes()
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, text: &&str) -> bool {
        self == *text
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_text_that_it_was_made_of() {
        for text in [
            "",
            "lo",
            "eth0",
            "veth3f2a",
            "veth3f2a9",
            "é∞-0123456789",
            "fifteen bytes..",
            "sixteen bytes...",
        ] {
            let name = Name::from(text);
            assert_eq!(name, text);
            assert_eq!(&*name, text);
            assert_eq!(format!("{name} {name:?}"), format!("{text} {text:?}"));
        }
        assert_ne!(Name::from("eth0"), Name::from("eth0\0"));
    }
}
