//! Names of networks, of hosts on them, and of devices.

/// Whether a network can have this name: it becomes the name of a file.
///
/// # Errors
/// What is wrong with it.
pub fn check(name: &str) -> Result<(), String> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    if !first || name.len() > 64 || !name.bytes().all(letter) {
        let rule = "letters, digits and _.- (64 at most), beginning with a letter or digit";
        return Err(format!("{name:?} is no name of a network: use {rule}"));
    }
    if ["container", "ns", "none", "host", "default"].contains(&name) {
        let colon = if ["container", "ns"].contains(&name) { ":…" } else { "" };
        return Err(format!("{name} is taken: --net={name}{colon} means something else"));
    }
    Ok(())
}

/// Whether a host can be called so (RFC 1123; and `_`, which docker allows).
///
/// # Errors
/// What is wrong with it.
pub fn check_host(name: &str) -> Result<(), String> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    let label =
        |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(letter) && !label.starts_with('-');
    if name.len() <= 253 && name.split('.').all(label) {
        Ok(())
    } else {
        Err(format!("{name:?} can't be the name of a host"))
    }
}

/// Whether the kernel takes this name for a device (`dev_valid_name`), does not read it as a pattern, and its directory
/// in /proc/sys/net is its own.
///
/// # Errors
/// What is wrong with it.
pub fn check_device(name: &str) -> Result<(), String> {
    let refused = |character: char| {
        character.is_whitespace() || character.is_control() || matches!(character, '/' | ':' | '%')
    };
    let problem = match name {
        "." | ".." => "it is a directory's",
        "all" | "default" => "in /proc/sys/net it stands for every device",
        "lo" => "it is the loopback's",
        _ if name.is_empty() || name.len() > 15 || name.contains(refused) => {
            "it takes 1 to 15 bytes without white space, /, : and %"
        }
        _ => return Ok(()),
    };
    Err(format!("{name:?} can't be the name of a device: {problem}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_networks_are_names_of_files() {
        for name in ["blue", "b", "Blue_2.x-y", "0"] {
            assert_eq!(check(name), Ok(()));
        }
        for name in ["", "../x", ".x", "-x", "a b", "a/b", "ä", "host", "none", "ns", "container", "default"]
        {
            assert!(check(name).is_err(), "{name}");
        }
        assert!(check(&"a".repeat(65)).is_err());
    }

    #[test]
    fn names_of_hosts_are_labels_with_dots_between() {
        for name in ["db", "db_1", "a.b-c.d"] {
            assert_eq!(check_host(name), Ok(()));
        }
        for name in ["", "a..b", "-a", "a b", "a/b", &"a".repeat(64)] {
            assert!(check_host(name).is_err(), "{name}");
        }
    }

    #[test]
    fn names_of_cards_are_the_kernels() {
        assert_eq!(check_device("eth0"), Ok(()));
        for name in ["", "a/b", "a b", "a:1", "eth%d", ".", "..", "all", "lo", "sixteen-bytes-xx"] {
            assert!(check_device(name).unwrap_err().contains("can't be the name of a device"), "{name}");
        }
    }
}
