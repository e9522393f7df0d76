//! The options of a mount: the words of mount(8) and of the OCI specification.

use super::mounts::Attributes;
use crate::abi::mount::{
    MOUNT_ATTR_ATIME, MOUNT_ATTR_NOATIME, MOUNT_ATTR_NODEV, MOUNT_ATTR_NODIRATIME, MOUNT_ATTR_NOEXEC,
    MOUNT_ATTR_NOSUID, MOUNT_ATTR_NOSYMFOLLOW, MOUNT_ATTR_RDONLY, MOUNT_ATTR_STRICTATIME,
};

/// Options, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// What concerns the mount.
    pub attributes: Attributes,
    /// Whether it is a bind, and then whether with all that is below.
    pub bind: Option<bool>,
    /// What concerns the filesystem, which alone knows these words.
    pub data: Vec<(String, Option<String>)>,
}

/// Words, the bits they set and the bits they clear.
const ATTRIBUTES: &[(&str, u64, u64)] = &[
    ("ro", MOUNT_ATTR_RDONLY, 0),
    ("rw", 0, MOUNT_ATTR_RDONLY),
    ("nosuid", MOUNT_ATTR_NOSUID, 0),
    ("suid", 0, MOUNT_ATTR_NOSUID),
    ("nodev", MOUNT_ATTR_NODEV, 0),
    ("dev", 0, MOUNT_ATTR_NODEV),
    ("noexec", MOUNT_ATTR_NOEXEC, 0),
    ("exec", 0, MOUNT_ATTR_NOEXEC),
    ("noatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR_ATIME),
    ("relatime", 0, MOUNT_ATTR_ATIME),
    ("strictatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR_ATIME),
    ("atime", 0, MOUNT_ATTR_ATIME),
    ("norelatime", 0, 0),
    ("nostrictatime", 0, MOUNT_ATTR_ATIME),
    ("nodiratime", MOUNT_ATTR_NODIRATIME, 0),
    ("diratime", 0, MOUNT_ATTR_NODIRATIME),
    ("nosymfollow", MOUNT_ATTR_NOSYMFOLLOW, 0),
    ("symfollow", 0, MOUNT_ATTR_NOSYMFOLLOW),
];

const PROPAGATION: &[(&str, u64)] = &[
    ("private", libc::MS_PRIVATE),
    ("slave", libc::MS_SLAVE),
    ("shared", libc::MS_SHARED),
    ("unbindable", libc::MS_UNBINDABLE),
];

/// Words that mean nothing here, as in mount(8).
const IGNORED: &[&str] = &["defaults", "async", "auto", "noauto", "nofail", "nomand", "loud", "silent"];

/// Words that Pontoon knows and does not apply yet.
const UNSUPPORTED: &[&str] =
    &["tmpcopyup", "idmap", "ridmap", "remount", "sync", "dirsync", "mand", "lazytime"];

impl Options {
    /// Sorts the words of one mount.
    ///
    /// # Errors
    /// A word that would be dropped in silence.
    pub fn parse(words: &[String]) -> Result<Self, String> {
        let mut options = Self::default();
        for word in words {
            options.word(word)?;
        }
        Ok(options)
    }

    fn word(&mut self, word: &str) -> Result<(), String> {
        if let Some((attribute, recursive)) = find(ATTRIBUTES, word, |entry| entry.0) {
            let (_, set, clear) = *attribute;
            let now = &mut self.attributes;
            now.set = (now.set & !clear) | set;
            now.clear = (now.clear | clear) & !(set & !MOUNT_ATTR_ATIME);
            now.recursive |= recursive;
        } else if let Some((entry, recursive)) = find(PROPAGATION, word, |entry| entry.0) {
            self.attributes.propagation = entry.1;
            self.attributes.recursive |= recursive;
        } else if word == "bind" || word == "rbind" {
            self.bind = Some(word == "rbind");
        } else if UNSUPPORTED.contains(&word) {
            return Err(format!("the option {word} is not supported yet, and is not ignored"));
        } else if !IGNORED.contains(&word) && !word.is_empty() {
            self.data.push(match word.split_once('=') {
                Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
                None => (word.to_owned(), None),
            });
        }
        Ok(())
    }
}

/// The entry that `word` names, or, with `r` before it, names for all mounts below too.
fn find<'t, T>(table: &'t [T], word: &str, name: impl Fn(&T) -> &'static str) -> Option<(&'t T, bool)> {
    let exactly = |wanted: &str| table.iter().find(|entry| name(entry) == wanted);
    exactly(word)
        .map(|entry| (entry, false))
        .or_else(|| exactly(word.strip_prefix('r')?).map(|entry| (entry, true)))
}

/// All words that are understood, sorted; the filesystems' own are not among them.
pub fn known() -> Vec<String> {
    let both = |word: &str| [word.to_owned(), format!("r{word}")];
    let mut all: Vec<String> = ATTRIBUTES.iter().flat_map(|entry| both(entry.0)).collect();
    all.extend(PROPAGATION.iter().flat_map(|entry| both(entry.0)));
    all.extend(IGNORED.iter().chain(&["bind", "rbind"]).map(|word| (*word).to_owned()));
    all.sort_unstable();
    all
}

/// The words for some attributes.
pub fn names(attributes: Attributes) -> Vec<String> {
    let prefix = if attributes.recursive { "r" } else { "" };
    let attribute_words = ATTRIBUTES
        .iter()
        .filter(|(_, set, _)| *set != 0 && attributes.set & set == *set)
        .map(|(word, ..)| *word);
    let propagation_words =
        PROPAGATION.iter().filter(|(_, bit)| attributes.propagation & bit != 0).map(|(word, _)| *word);
    attribute_words.chain(propagation_words).map(|word| format!("{prefix}{word}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &str) -> Options {
        let words: Vec<String> = words.split(',').map(str::to_owned).collect();
        Options::parse(&words).expect("known words")
    }

    #[test]
    fn dev_shm_of_the_default_bundle() {
        let options = parse("nosuid,noexec,nodev,mode=1777,size=67108864");
        assert_eq!(options.attributes.set, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NODEV);
        assert_eq!(
            options.data,
            [("mode".into(), Some("1777".into())), ("size".into(), Some("67108864".into()))]
        );
        assert_eq!(options.bind, None);
    }

    #[test]
    fn the_last_word_wins() {
        assert_eq!(parse("ro,rw").attributes, parse("rw").attributes);
        assert_eq!(parse("rw,ro").attributes.set, MOUNT_ATTR_RDONLY);
        let times = parse("noatime,strictatime").attributes;
        assert_eq!((times.set, times.clear), (MOUNT_ATTR_STRICTATIME, MOUNT_ATTR_ATIME));
    }

    #[test]
    fn recursive_forms_are_known() {
        let options = parse("rbind,rro,rslave");
        assert_eq!(options.bind, Some(true));
        assert!(options.attributes.recursive);
        assert_eq!(options.attributes.propagation, libc::MS_SLAVE);
        assert_eq!(names(options.attributes), ["rro", "rslave"]);
    }

    #[test]
    fn what_would_be_dropped_is_refused() {
        assert!(Options::parse(&["tmpcopyup".into()]).is_err());
    }
}
