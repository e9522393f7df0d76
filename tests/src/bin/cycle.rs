//! `cycle RUNTIME BUNDLE ID`: the life of one container as an OCI runtime's callers lead it, for the benchmark:
//! create, start, wait for the end of the program, delete.

use std::process::{Command, ExitCode, Stdio};

use nix::sys::wait::{WaitStatus, wait};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    let [_, runtime, bundle, id] = words.as_slice() else {
        eprintln!("usage: cycle RUNTIME BUNDLE ID");
        return ExitCode::from(2);
    };
    // The container's first process outlives the command that makes it, and becomes this one's child.
    nix::sys::prctl::set_child_subreaper(true).expect("prctl");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(runtime);
        let status = command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    let made = run(&["create", "--bundle", bundle, id]) && run(&["start", id]);
    let ended = made && matches!(wait(), Ok(WaitStatus::Exited(_, 0)));
    let deleted = run(&["delete", "--force", id]);
    if ended && deleted { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
