//! User namespaces as values: who is whom inside (user_namespaces(7)).

use std::fmt::Write as _;

use oci_spec::runtime::{Linux, LinuxIdMapping, LinuxNamespaceType, Spec};
use serde::Serialize;

use super::User;
use crate::error::{Error, Result};
use crate::facts::Facts;

/// The kernel takes so many lines (user_namespaces(7)).
const MOST_LINES: usize = 340;
/// The kernel takes less than a page in one write, and takes one.
const MOST_BYTES: usize = 4095;

/// A range of ids: so many from `inside` on are those from `outside` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct IdMapping {
    /// The first id in the namespace.
    pub inside: u32,
    /// What that is to Pontoon.
    pub outside: u32,
    /// How many there are.
    pub count: u32,
}

/// Who is whom.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Mappings {
    /// Users.
    pub users: Vec<IdMapping>,
    /// Groups.
    pub groups: Vec<IdMapping>,
}

/// A user namespace that is not Pontoon's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserNamespace {
    /// Whether it is there already.
    pub joined: bool,
    /// Who is whom in it; of one that is joined, what config.json says of it, if anything.
    pub mappings: Mappings,
    /// Whether newuidmap(1) has to write the users.
    pub newuidmap: bool,
    /// Whether newgidmap(1) has to write the groups. Where it need not, and Pontoon is not root, the kernel
    /// wants that nobody in it sets supplementary groups.
    pub newgidmap: bool,
}

impl Mappings {
    /// The two lists of config.json, which go together.
    ///
    /// # Errors
    /// One without the other; what the kernel would refuse with EINVAL and no word of why.
    pub fn from_spec(
        users: Option<&Vec<LinuxIdMapping>>,
        groups: Option<&Vec<LinuxIdMapping>>,
    ) -> std::result::Result<Option<Self>, String> {
        let lines = |list: Option<&Vec<LinuxIdMapping>>, field: &str| {
            let list = list.map(Vec::as_slice).unwrap_or_default().iter();
            let lines: Vec<IdMapping> = list
                .map(|line| IdMapping {
                    inside: line.container_id(),
                    outside: line.host_id(),
                    count: line.size(),
                })
                .collect();
            check(&lines).map_err(|problem| format!("{field}: {problem}")).map(|()| lines)
        };
        let mappings = Self { users: lines(users, "uidMappings")?, groups: lines(groups, "gidMappings")? };
        match (mappings.users.is_empty(), mappings.groups.is_empty()) {
            (true, true) => Ok(None),
            (false, false) => Ok(Some(mappings)),
            (true, false) => Err("gidMappings without uidMappings".to_owned()),
            (false, true) => Err("uidMappings without gidMappings".to_owned()),
        }
    }
}

/// Whether the kernel would take a list.
fn check(lines: &[IdMapping]) -> std::result::Result<(), String> {
    if lines.len() > MOST_LINES || text(lines).len() > MOST_BYTES {
        return Err(format!("{} lines: the kernel takes {MOST_LINES}, and a page of text", lines.len()));
    }
    let range = |first: u32, count: u32| u64::from(first)..u64::from(first) + u64::from(count);
    for (at, line) in lines.iter().enumerate() {
        let &IdMapping { inside, outside, count } = line;
        if count == 0 {
            return Err(format!("{inside} to {outside}: a range of no ids"));
        }
        // The last number stands for nobody.
        if [inside, outside].iter().any(|first| range(*first, count).end > u64::from(u32::MAX)) {
            return Err(format!("{count} ids from {inside} to {outside}: beyond the largest id"));
        }
        let meets = |one: (u32, u32), other: (u32, u32)| {
            let (one, other) = (range(one.0, one.1), range(other.0, other.1));
            one.start < other.end && other.start < one.end
        };
        let overlaps = |other: &&IdMapping| {
            meets((inside, count), (other.inside, other.count))
                || meets((outside, count), (other.outside, other.count))
        };
        if let Some(other) = lines[..at].iter().find(overlaps) {
            return Err(format!(
                "{count} ids from {inside} to {outside} overlap with {} from {} to {}",
                other.count, other.inside, other.outside
            ));
        }
    }
    Ok(())
}

/// What the id `inside` is outside.
pub fn outside(lines: &[IdMapping], inside: u32) -> Option<u32> {
    let line = lines.iter().find(|line| inside >= line.inside && inside - line.inside < line.count)?;
    Some(line.outside + (inside - line.inside))
}

/// As /proc/PID/uid_map takes it.
pub fn text(lines: &[IdMapping]) -> String {
    lines.iter().fold(String::new(), |mut text, IdMapping { inside, outside, count }| {
        // Writing to a String can't fail.
        let _ = writeln!(text, "{inside} {outside} {count}");
        text
    })
}

/// Whether config.json asks for a user namespace.
pub fn is_asked_for(spec: &Spec) -> bool {
    let namespaces =
        spec.linux().as_ref().and_then(|linux| linux.namespaces().as_deref()).unwrap_or_default();
    namespaces.iter().any(|namespace| namespace.typ() == LinuxNamespaceType::User)
}

/// What config.json says of the user namespace: `wanted` tells whether it is made or joined, if there is one.
///
/// # Errors
/// Mappings without a namespace or the other way round, or with nobody for root.
pub(super) fn from_spec(linux: &Linux, wanted: Option<bool>, facts: &Facts) -> Result<Option<UserNamespace>> {
    let wrong = |problem: &str| Error::Usage(format!("config.json: linux.{problem}"));
    let mappings = Mappings::from_spec(linux.uid_mappings().as_ref(), linux.gid_mappings().as_ref())
        .map_err(|problem| wrong(&problem))?;
    let (joined, mappings) = match (wanted, mappings) {
        (None, None) => return Ok(None),
        (None, Some(_)) => return Err(wrong("uidMappings without a user namespace in linux.namespaces")),
        (Some(false), None) => {
            return Err(wrong("namespaces: a new user namespace needs linux.uidMappings and gidMappings"));
        }
        (Some(joined), mappings) => (joined, mappings.unwrap_or_default()),
    };
    for (lines, field) in [(&mappings.users, "uidMappings"), (&mappings.groups, "gidMappings")] {
        if !joined && outside(lines, 0).is_none() {
            return Err(wrong(&format!("{field}: nobody is root (0) inside")));
        }
    }
    let helped = |lines: &[IdMapping], own: fn(&(u32, u32)) -> u32| {
        let single = |caller| matches!(lines, [one] if one.count == 1 && one.outside == own(caller));
        !joined && facts.caller.as_ref().is_some_and(|caller| !single(caller))
    };
    Ok(Some(UserNamespace {
        joined,
        newuidmap: helped(&mappings.users, |caller| caller.0),
        newgidmap: helped(&mappings.groups, |caller| caller.1),
        mappings,
    }))
}

impl UserNamespace {
    /// Whether nobody inside may set supplementary groups, because Pontoon writes the groups without a right to.
    fn keeps_groups(&self, facts: &Facts) -> bool {
        !self.joined && facts.caller.is_some() && !self.newgidmap
    }

    /// What the program's user has to be inside: somebody. Notes whether its groups can be set.
    ///
    /// # Errors
    /// An id that is nobody inside; supplementary groups where none can be set.
    pub(super) fn receive(&self, user: &mut User, facts: &Facts) -> Result<()> {
        let wrong = |problem: String| Error::Usage(format!("config.json: process.user.{problem}"));
        user.keeps_groups = self.keeps_groups(facts);
        if user.keeps_groups && !user.groups.is_empty() {
            let problem = "additionalGids: without newgidmap's mappings nobody may set groups";
            return Err(wrong(problem.to_owned()));
        }
        if self.mappings == Mappings::default() {
            return Ok(());
        }
        if outside(&self.mappings.users, user.uid).is_none() {
            return Err(wrong(format!("uid: {} is nobody in linux.uidMappings", user.uid)));
        }
        let gids = std::iter::once(&user.gid).chain(&user.groups);
        match gids.into_iter().find(|gid| outside(&self.mappings.groups, **gid).is_none()) {
            Some(gid) => Err(wrong(format!("gid: {gid} is nobody in linux.gidMappings"))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(lines: &[(u32, u32, u32)]) -> Vec<IdMapping> {
        lines.iter().map(|&(inside, outside, count)| IdMapping { inside, outside, count }).collect()
    }

    #[test]
    fn ids_are_followed_outside() {
        let lines = lines(&[(0, 1000, 1), (1, 100_000, 65_535)]);
        assert_eq!(outside(&lines, 0), Some(1000));
        assert_eq!(outside(&lines, 65_535), Some(165_534));
        assert_eq!(outside(&lines, 65_536), None);
        assert_eq!(text(&lines), "0 1000 1\n1 100000 65535\n");
    }

    #[test]
    fn what_the_kernel_would_refuse_is_named() {
        assert!(check(&lines(&[(0, 1000, 10), (10, 1010, 10)])).is_ok());
        let refused = |list: &[(u32, u32, u32)]| check(&lines(list)).expect_err("refused");
        assert!(refused(&[(0, 1000, 0)]).contains("no ids"));
        assert!(refused(&[(0, 1000, 2), (1, 5000, 1)]).contains("overlap"));
        assert!(refused(&[(0, 1000, 2), (7, 1001, 1)]).contains("overlap"));
        assert!(refused(&[(0, 1, u32::MAX)]).contains("beyond"));
        let many: Vec<_> = (0..341).map(|id| (id, id, 1)).collect();
        assert!(refused(&many).contains("341 lines"));
        let wide: Vec<_> = (0..200).map(|id| (id, 4_000_000_000 + id, 1_000_000_000)).collect();
        assert!(refused(&wide).contains("a page"));
    }

    #[test]
    fn one_list_needs_the_other() {
        let list: Vec<LinuxIdMapping> =
            serde_json::from_str(r#"[{"containerID": 0, "hostID": 7, "size": 1}]"#).expect("a list");
        let both = Mappings::from_spec(Some(&list), Some(&list)).expect("good").expect("some");
        assert_eq!(both.users, lines(&[(0, 7, 1)]));
        assert!(Mappings::from_spec(Some(&list), None).is_err());
        assert!(Mappings::from_spec(Some(&Vec::new()), Some(&list)).is_err());
        assert_eq!(Mappings::from_spec(None, Some(&Vec::new())), Ok(None));
    }
}
