//! Commands whose messages nothing here encodes: each is told by its own words, or by others that send the same.

use netlink_raw::describe;

use super::There;

/// Recorded by `capture_more.py` beside it; a line `#= COMMAND` holds the words that are printed where they are others.
const RECORDED: &str = include_str!("more.txt");

#[test]
fn what_is_only_described_is_described_by_its_command() {
    let printed = |command: &str| {
        let mut lines = RECORDED.lines().skip_while(|line| line.strip_prefix("# ") != Some(command)).skip(1);
        lines.next().and_then(|line| line.strip_prefix("#= ")).unwrap_or(command).to_owned()
    };
    let recorded = super::recorded(RECORDED);
    assert!(recorded.len() > 60);
    for (command, message) in recorded {
        let description = describe::message(&message, &There).unwrap();
        if description.command != Some(printed(command)) { eprintln!("DIFF\n  {command}\n  {:?}", description.command); }
        if description.to_string().contains("?") { eprintln!("NAME {description}"); }
    }
}
