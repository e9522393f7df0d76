//! The program `rootfs`: bundles to run.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use rootfs_tools::{Error, bundle};

/// Make OCI bundles to run with pontoon, or with any other OCI runtime
#[derive(Parser)]
#[command(name = "rootfs", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Busybox(BusyboxArgs),
}

/// Make a bundle with busybox: DIR/config.json and DIR/rootfs
///
/// The configuration is docker's default: its capabilities, mounts, device rules, masked and read-only
/// paths, in new pid, mount, network, ipc, uts and cgroup namespaces. The system calls are
/// filtered as docker does by default.
///
/// Busybox is the FILE named, else a static one of this machine, else Debian's busybox-static,
/// downloaded and unpacked, not installed.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  rootfs busybox /tmp/b                      a bundle whose program is sh
  rootfs busybox /tmp/b ping -c1 1.1.1.1     another program
  pontoon run /tmp/b                         run it")]
struct BusyboxArgs {
    /// The directory to make; one that is there must be empty
    dir: PathBuf,
    /// The program of the bundle and its arguments [default: sh]
    #[arg(trailing_var_arg = true, value_name = "CMD")]
    command: Vec<String>,
    /// The busybox to take: an executable, statically linked
    #[arg(long = "busybox", value_name = "FILE")]
    program: Option<PathBuf>,
    /// Write into a directory that is not empty: replace the files that bear the names of the
    /// bundle's own, and leave the others
    #[arg(long)]
    force: bool,
}

fn main() -> ExitCode {
    let Cli { command: Command::Busybox(args) } = Cli::parse();
    match make(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rootfs: {error}");
            ExitCode::FAILURE
        }
    }
}

fn make(args: BusyboxArgs) -> Result<(), Error> {
    let options = bundle::Options { busybox: args.program, force: args.force, command: args.command };
    let busybox = bundle::busybox(&args.dir, &options)?;
    let (dir, applets) = (args.dir.display(), busybox.applets.len());
    // The bundle is made; nobody listening is no reason to fail.
    let _ = writeln!(io::stdout(), "{dir}: busybox from {}, {applets} applets", busybox.origin);
    Ok(())
}
