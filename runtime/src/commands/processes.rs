//! `pontoon ps ID`: the processes of one container.

use std::process::Command;

use crate::cgroup;
use crate::cli::{Format, PsArgs};
use crate::error::{Doing, Error, Result};
use crate::state::State;

/// What ps(1) is asked, unless options are given.
const USUAL: &str = "-ef";

/// Lists the processes of a container: their numbers as JSON, or what ps(1) says of them.
///
/// # Errors
/// It has none; ps(1) fails, or its options leave out the numbers.
pub(super) fn processes(state: &State, arguments: &PsArgs) -> Result<u8> {
    let [id, options @ ..] = arguments.arguments.as_slice() else { return Ok(0) };
    let container = state.find(id)?;
    container.running("have processes: container not running")?;
    let pids = cgroup::processes_in_all(&container.record.cgroups);
    if arguments.format == Format::Json {
        println!("{}", serde_json::json!(pids));
        return Ok(0);
    }
    let usual = [USUAL.to_owned()];
    let options = if options.is_empty() { &usual } else { options };
    let output = Command::new("ps").args(options).output().doing(|| "run ps".to_owned())?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Error::Usage(format!("ps {}: {said}", options.join(" "))));
    }
    print!("{}", only(&String::from_utf8_lossy(&output.stdout), &pids)?);
    Ok(0)
}

/// The title of a table of ps(1)'s, and the lines of `pids`.
fn only(table: &str, pids: &[i32]) -> Result<String> {
    let title = table.lines().next().unwrap_or_default();
    let column = title.split_whitespace().position(|word| word == "PID");
    let column = column.ok_or_else(|| Error::Usage("ps: couldn't find PID field in ps output".to_owned()))?;
    let ours = |line: &&str| {
        let number = line.split_whitespace().nth(column).and_then(|word| word.parse().ok());
        number.is_some_and(|number: i32| pids.contains(&number))
    };
    let lines = std::iter::once(title).chain(table.lines().skip(1).filter(ours));
    Ok(lines.flat_map(|line| [line, "\n"]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_chosen_by_number() {
        let table = "UID  PID  CMD\nroot   1  init 7\nroot   7  sh\n";
        assert_eq!(only(table, &[7]).expect("a table"), "UID  PID  CMD\nroot   7  sh\n");
        assert!(only("CMD\nsh\n", &[7]).is_err());
    }
}
