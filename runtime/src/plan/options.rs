//! The options of a mount: the words of mount(8) and of the OCI specification.

use super::mounts::{Attributes, Propagation};
use crate::abi::mount::{
    MOUNT_ATTR_ATIME, MOUNT_ATTR_NOATIME, MOUNT_ATTR_NODEV, MOUNT_ATTR_NODIRATIME, MOUNT_ATTR_NOEXEC,
    MOUNT_ATTR_NOSUID, MOUNT_ATTR_NOSYMFOLLOW, MOUNT_ATTR_RDONLY, MOUNT_ATTR_STRICTATIME,
};

/// Options, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// What concerns the mount alone.
    pub attributes: Attributes,
    /// What concerns the mount and those below it (`rro`).
    pub recursive: Attributes,
    /// How it shares mounts with others: each in turn.
    pub propagation: Vec<Propagation>,
    /// Whether it is a bind, and then whether with all that is below.
    pub bind: Option<bool>,
    /// Whether a mount that is there already is changed.
    pub remount: bool,
    /// Whether a tmpfs begins with what it covers.
    pub copy_up: bool,
    /// What concerns every filesystem, by the kernel's word for it.
    pub superblock: Vec<&'static str>,
    /// What concerns this filesystem, which alone knows these words.
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

/// Words that `fsconfig(2)` knows for every filesystem.
const SUPERBLOCK: &[&str] = &["sync", "async", "dirsync", "mand", "nomand", "lazytime", "nolazytime"];

/// Words that mean nothing here: mount(8)'s own, those about what the kernel logs, and the counting of changes
/// to a file, which filesystems that can do it always do (Linux 6.1) and `fsconfig(2)` has no word for.
const IGNORED: &[&str] =
    &["defaults", "auto", "noauto", "nofail", "loud", "silent", "iversion", "noiversion"];

/// Words that Pontoon knows and does not apply yet.
const UNSUPPORTED: &[&str] = &["idmap", "ridmap"];

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
            let now = if recursive { &mut self.recursive } else { &mut self.attributes };
            now.set = (now.set & !clear) | set;
            now.clear = (now.clear | clear) & !(set & !MOUNT_ATTR_ATIME);
        } else if let Some((entry, recursive)) = find(PROPAGATION, word, |entry| entry.0) {
            self.propagation.push(Propagation { kind: entry.1, recursive });
        } else if let Some(known) = SUPERBLOCK.iter().find(|known| **known == word) {
            self.superblock.push(known);
        } else if UNSUPPORTED.contains(&word) {
            return Err(format!("the option {word} is not supported yet, and is not ignored"));
        } else {
            self.other(word);
        }
        Ok(())
    }

    fn other(&mut self, word: &str) {
        match word {
            "bind" | "rbind" => self.bind = Some(word == "rbind"),
            "remount" => self.remount = true,
            "tmpcopyup" => self.copy_up = true,
            "" => {}
            word if IGNORED.contains(&word) => {}
            word => self.data.push(match word.split_once('=') {
                Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
                None => (word.to_owned(), None),
            }),
        }
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

/// A propagation by its word; `None` for a word that is none.
pub fn propagation(word: &str) -> Option<Propagation> {
    find(PROPAGATION, word, |entry| entry.0)
        .map(|(entry, recursive)| Propagation { kind: entry.1, recursive })
}

/// The words for attributes of a mount alone, or, with `recursive`, of those below it too.
pub fn names(attributes: Attributes, recursive: bool) -> impl Iterator<Item = String> {
    let prefix = if recursive { "r" } else { "" };
    ATTRIBUTES
        .iter()
        .filter(move |(_, set, _)| *set != 0 && attributes.set & set == *set)
        .map(move |(word, ..)| format!("{prefix}{word}"))
}

/// The word for a propagation.
pub fn propagation_name(propagation: Propagation) -> String {
    let prefix = if propagation.recursive { "r" } else { "" };
    let name = PROPAGATION.iter().find(|(_, bit)| *bit == propagation.kind).map_or("", |(word, _)| word);
    format!("{prefix}{name}")
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
    fn recursive_forms_are_a_set_of_their_own() {
        let options = parse("rbind,nosuid,rro,rslave,shared");
        assert_eq!(options.bind, Some(true));
        assert_eq!(options.attributes, Attributes { set: MOUNT_ATTR_NOSUID, clear: 0 });
        assert_eq!(options.recursive, Attributes { set: MOUNT_ATTR_RDONLY, clear: 0 });
        let words: Vec<String> = options.propagation.iter().map(|one| propagation_name(*one)).collect();
        assert_eq!(words, ["rslave", "shared"], "in their order");
        assert_eq!(names(options.recursive, true).collect::<Vec<_>>(), ["rro"]);
    }

    #[test]
    fn every_word_of_the_specification_is_known() {
        let all = "async atime bind defaults dev diratime dirsync exec iversion lazytime loud mand noatime nodev \
                   nodiratime noexec noiversion nolazytime nomand norelatime nostrictatime nosuid nosymfollow \
                   private ratime rbind rdev rdiratime relatime remount rexec rnoatime rnodiratime rnoexec \
                   rnorelatime rnostrictatime rnosuid rnosymfollow ro rprivate rrelatime rro rrw rshared rslave \
                   rstrictatime rsuid rsymfollow runbindable rw shared silent slave strictatime suid symfollow \
                   sync tmpcopyup unbindable";
        for word in all.split_whitespace() {
            let options = parse(word);
            assert!(options.data.is_empty(), "{word} went to the filesystem");
        }
        assert_eq!(parse("size=1,x").data, [("size".into(), Some("1".into())), ("x".into(), None)]);
    }

    #[test]
    fn what_would_be_dropped_is_refused() {
        assert!(Options::parse(&["idmap".into()]).is_err());
    }
}
