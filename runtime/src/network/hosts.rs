//! A container's lines in its /etc/hosts, and its /etc/resolv.conf: files in its state directory, which are bound in.
//! They are changed in place, because a file that took its name would not be the one that the container sees.

use std::fs;
use std::io::Read;
use std::net::IpAddr;

use crate::error::{Doing, Result};
use crate::facts::host_resolver;
use crate::names_server::gateways;
use crate::plan::resolv_conf::resolv_conf;
use crate::plan::{Definition, etc_hosts};
use crate::state::Container;
use crate::sys::file;

/// The container may write to the file: no more than this is read of it, in bytes.
const LONGEST: u64 = 1 << 20;

/// Adds the container's name for `address`.
///
/// # Errors
/// The file can't be written.
pub(super) fn add(container: &Container, address: IpAddr) -> Result<()> {
    let Some(line) = line(container, address) else { return Ok(()) };
    let text = read(container).unwrap_or_default();
    let line = if text.is_empty() || text.ends_with('\n') { line } else { format!("\n{line}") };
    file::append(&container.directory.join("hosts"), &line)
        .doing(|| format!("container {}: name {address}", container.record.id))
}

/// Takes the container's name for `address` away; what the container itself wrote stays.
///
/// # Errors
/// The file can't be written.
pub(super) fn remove(container: &Container, address: IpAddr) -> Result<()> {
    let (Some(line), Some(text)) = (line(container, address), read(container)) else { return Ok(()) };
    let rest = without(&text, &line);
    if rest == text {
        return Ok(());
    }
    file::overwrite(&container.directory.join("hosts"), &rest)
        .doing(|| format!("container {}: forget the name of {address}", container.record.id))
}

/// The line, where the container has names at all.
fn line(container: &Container, address: IpAddr) -> Option<String> {
    let hostname = fs::read_to_string(container.directory.join("hostname")).ok()?;
    Some(etc_hosts::line(address, hostname.trim_end()))
}

/// Writes whom the container asks for names, now that it is on these networks.
///
/// # Errors
/// The file can't be written.
pub(super) fn ask(container: &Container, networks: &[Definition]) -> Result<()> {
    let path = container.directory.join("resolv.conf");
    if !path.exists() {
        return Ok(());
    }
    let gateways = gateways(networks);
    let text = resolv_conf(&host_resolver(), false, &gateways, &container.record.dns);
    if fs::read_to_string(&path).is_ok_and(|now| now == text) {
        return Ok(());
    }
    file::overwrite(&path, &text)
        .doing(|| format!("container {}: write {}", container.record.id, path.display()))
}

fn read(container: &Container) -> Option<String> {
    let mut text = String::new();
    let file = fs::File::open(container.directory.join("hosts")).ok()?;
    file.take(LONGEST + 1).read_to_string(&mut text).ok()?;
    (text.len() as u64 <= LONGEST).then_some(text)
}

/// `text` without the lines that are `line`.
fn without(text: &str, line: &str) -> String {
    text.split_inclusive('\n').filter(|other| other.trim_end() != line.trim_end()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_line_itself_goes() {
        let text = "127.0.0.1\tlocalhost\n10.87.0.2\tc1\n10.87.0.20\tc1\n# mine\n10.87.0.2\tc1";
        let rest = "127.0.0.1\tlocalhost\n10.87.0.20\tc1\n# mine\n";
        assert_eq!(without(text, "10.87.0.2\tc1\n"), rest);
        assert_eq!(without(rest, "10.87.0.2\tc1\n"), rest);
    }
}
