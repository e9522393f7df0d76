//! Users and groups by name, from the rootfs' /etc/passwd and /etc/group.

use super::User;
use crate::error::{Error, Result};

/// An entry of /etc/passwd (passwd(5)).
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry<'a> {
    name: &'a str,
    uid: u32,
    gid: u32,
    home: &'a str,
}

fn entries(passwd: &str) -> impl Iterator<Item = Entry<'_>> {
    passwd.lines().filter_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let mut numbers = fields.skip(1);
        let uid = numbers.next()?.parse().ok()?;
        let gid = numbers.next()?.parse().ok()?;
        let home = numbers.nth(1)?;
        Some(Entry { name, uid, gid, home })
    })
}

/// Lines of /etc/group: name, number, members.
fn groups(group: &str) -> impl Iterator<Item = (&str, u32, &str)> {
    group.lines().filter_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let gid = fields.nth(1)?.parse().ok()?;
        Some((name, gid, fields.next().unwrap_or_default()))
    })
}

/// The home directory of a user, where /etc/passwd tells.
pub(super) fn home(passwd: &str, uid: u32) -> Option<String> {
    entries(passwd).find(|entry| entry.uid == uid).map(|entry| entry.home.to_owned())
}

/// What `-u NAME|UID[:GROUP|GID]` means in this rootfs. A number is always a number: an entry of that name
/// has no say (CVE-2016-3697). Without a user it is the `present` one; without a group the user's own counts,
/// and those that list the user.
///
/// # Errors
/// A name that /etc/passwd or /etc/group lacks, a number that is none.
pub(super) fn resolve(text: &str, passwd: &str, group: &str, present: &User) -> Result<User> {
    let umask = present.umask;
    let (user, wanted_group) = match text.split_once(':') {
        Some((user, group)) => (user, Some(group).filter(|group| !group.is_empty())),
        None => (text, None),
    };
    let unknown = |what: &str, name: &str, file: &str| {
        Error::Usage(format!("{what} {name:?}: no such entry in the container's {file}"))
    };
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>());
    let asked = if user.is_empty() { Some(Ok(present.uid)) } else { number(user) };
    let entry = match asked {
        Some(Ok(uid)) => entries(passwd).find(|entry| entry.uid == uid).unwrap_or(Entry {
            name: "",
            uid,
            gid: 0,
            home: "/",
        }),
        Some(Err(_)) => return Err(Error::Usage(format!("user {user}: not a user id"))),
        None => entries(passwd)
            .find(|entry| entry.name == user)
            .ok_or_else(|| unknown("user", user, "/etc/passwd"))?,
    };
    let Some(wanted) = wanted_group else {
        let lists_user = |members: &str| members.split(',').any(|member| member == entry.name);
        let extra = groups(group).filter(|(_, _, members)| !entry.name.is_empty() && lists_user(members));
        let groups = extra.map(|(_, gid, _)| gid).collect();
        return Ok(User { uid: entry.uid, gid: entry.gid, groups, umask, ..User::default() });
    };
    let gid = match number(wanted) {
        Some(gid) => gid.map_err(|_| Error::Usage(format!("group {wanted}: not a group id")))?,
        None => groups(group)
            .find(|(name, ..)| *name == wanted)
            .map(|(_, gid, _)| gid)
            .ok_or_else(|| unknown("group", wanted, "/etc/group"))?,
    };
    Ok(User { uid: entry.uid, gid, umask, ..User::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\n1000:x:0:0:trap:/:/bin/sh\n\
                          anna:x:1001:100:Anna:/home/anna:/bin/sh\nbroken line\n";
    const GROUP: &str = "root:x:0:\nusers:x:100:\nwheel:x:10:bob,anna\naudio:x:29:anna\n";

    fn user(text: &str) -> User {
        resolve(text, PASSWD, GROUP, &User::default()).expect("a user")
    }

    #[test]
    fn names_bring_their_groups() {
        assert_eq!(user("anna"), User { uid: 1001, gid: 100, groups: vec![10, 29], ..User::default() });
        assert_eq!(user("1001").groups, [10, 29]);
        assert_eq!(home(PASSWD, 1001).as_deref(), Some("/home/anna"));
    }

    #[test]
    fn a_number_is_a_number() {
        assert_eq!(user("1000").uid, 1000);
        assert_eq!(user("7:8"), User { uid: 7, gid: 8, ..User::default() });
        assert_eq!(user("anna:wheel").gid, 10);
        assert_eq!(user(":wheel"), User { uid: 0, gid: 10, ..User::default() });
    }

    #[test]
    fn without_a_user_it_is_the_present_one() {
        let present = User { uid: 1001, umask: Some(0o77), ..User::default() };
        let found = |text| resolve(text, PASSWD, GROUP, &present).expect("a user");
        assert_eq!(found(":users"), User { uid: 1001, gid: 100, umask: Some(0o77), ..User::default() });
        assert_eq!(
            found(":"),
            User { uid: 1001, gid: 100, groups: vec![10, 29], umask: Some(0o77), ..User::default() }
        );
    }

    #[test]
    fn unknown_names_are_named() {
        let error = resolve("eve", PASSWD, GROUP, &User::default()).expect_err("nobody").to_string();
        assert_eq!(error, "user \"eve\": no such entry in the container's /etc/passwd");
        assert!(resolve("4294967296", PASSWD, GROUP, &User::default()).is_err());
        assert!(resolve("-1", PASSWD, GROUP, &User::default()).is_err());
        assert!(resolve("anna:none", PASSWD, GROUP, &User::default()).is_err());
    }
}
