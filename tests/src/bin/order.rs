//! Which functions of a program are used first: `order PROGRAM MAP SCRIPT` runs SCRIPT by sh, with a
//! breakpoint on each function of PROGRAM wherever it is executed, and prints a linker script which places
//! those that came into use, and their constants, side by side, in the order of their first use.
//!
//! MAP is what lld's `-Map` wrote when it linked PROGRAM, for x86-64 (`just order`).

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Command, exit};

use nix::sys::ptrace::{self, Options};
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, map, script] = &arguments[..] else {
        eprintln!("usage: order PROGRAM MAP SCRIPT");
        exit(2);
    };
    if let Err(error) = order(Path::new(program), Path::new(map), script) {
        eprintln!("order: {error}");
        exit(1);
    }
}

fn order(program: &Path, map: &Path, script: &str) -> Result<()> {
    let map = fs::read_to_string(map)?;
    let (functions, tables) = (functions(&map)?, tables(&map));
    // It stops itself, so as to be caught before it does anything.
    let mut shell = Command::new("sh").args(["-c", "kill -STOP $$; exec sh -eu \"$0\"", script]).spawn()?;
    let shell_pid = Pid::from_raw(shell.id().try_into()?);
    waitpid(shell_pid, Some(WaitPidFlag::WUNTRACED))?;
    let follow = Options::PTRACE_O_TRACECLONE | Options::PTRACE_O_TRACEFORK | Options::PTRACE_O_TRACEVFORK;
    ptrace::seize(shell_pid, follow | Options::PTRACE_O_TRACEEXEC | Options::PTRACE_O_EXITKILL)?;
    nix::sys::signal::kill(shell_pid, Signal::SIGCONT)?;
    let program = fs::canonicalize(program)?;
    let mut trace = Trace { program, functions, original: BTreeMap::new(), used: Vec::new() };
    let status = trace.follow(shell_pid)?;
    if status != 0 {
        return Err(format!("{script} ended with {status}").into());
    }
    drop(shell.wait());
    print(&trace.used(), &tables);
    Ok(())
}

/// Where each function begins, and the pattern of a linker script for the section it is in.
type Functions = BTreeMap<u64, String>;

/// Those that lld's map lists: a line for each output section, for each input section in it, and for each
/// symbol in that, which are told apart by how far they are indented.
fn functions(map: &str) -> Result<Functions> {
    let mut functions = Functions::new();
    let mut section = None;
    for line in map.lines().skip(1) {
        let Some((numbers, text)) = line.split_at_checked(NUMBERS) else { continue };
        let name = text.trim_start();
        match text.len() - name.len() {
            0 => section = None,
            8 => {
                let input = name.strip_suffix(')').and_then(|name| name.rsplit_once(":("));
                section = input.and_then(|(file, section)| pattern(file, section));
            }
            _ => {
                let address = numbers.split_ascii_whitespace().next().unwrap_or_default();
                if let Some(section) = &section {
                    functions.insert(u64::from_str_radix(address, 16)?, section.clone());
                }
            }
        }
    }
    if functions.is_empty() {
        return Err("this is no map of lld".into());
    }
    Ok(functions)
}

/// How many columns of a map's line are addresses, size and alignment.
const NUMBERS: usize = 49;

/// How a linker script names a section of code. Rust gives each function its own; C has one for a file.
fn pattern(file: &str, section: &str) -> Option<String> {
    if !section.starts_with(".text") {
        return None;
    }
    let file = file.rsplit('/').next()?;
    Some(match file.strip_suffix(')').and_then(|file| file.split_once('(')) {
        _ if section.contains("._R") || section.contains("._ZN") => format!("*({})", without_hashes(section)),
        _ if file.ends_with(".rcgu.o") => format!("*({section})"),
        Some((archive, member)) => format!("*{archive}:{member}({section})"),
        None => format!("*{file}({section})"),
    })
}

/// int3 of x86, which stops behind itself.
const BREAKPOINT: u8 = 0xcc;

struct Trace {
    program: PathBuf,
    functions: Functions,
    /// The first byte of each function.
    original: BTreeMap<u64, u8>,
    used: Vec<u64>,
}

impl Trace {
    /// Lets all processes go on until the shell ends; its exit status.
    fn follow(&mut self, shell: Pid) -> Result<i32> {
        loop {
            let status = waitpid(None, Some(WaitPidFlag::__WALL))?;
            let Some(pid) = status.pid() else { continue };
            let mut signal = None;
            match status {
                WaitStatus::Exited(ended, status) if ended == shell => return Ok(status),
                WaitStatus::Exited(..) | WaitStatus::Signaled(..) => continue,
                WaitStatus::PtraceEvent(_, _, libc::PTRACE_EVENT_EXEC) => self.executed(pid)?,
                WaitStatus::Stopped(_, Signal::SIGTRAP) => self.stopped(pid)?,
                WaitStatus::Stopped(_, other) => signal = Some(other),
                _ => {}
            }
            // One that was killed meanwhile says so at the next wait.
            let _ = ptrace::cont(pid, signal);
        }
    }

    /// Puts a breakpoint on every function that was not used yet, if it is the program that `pid` executes.
    /// What that clones has them too.
    fn executed(&mut self, pid: Pid) -> Result<()> {
        if fs::read_link(format!("/proc/{pid}/exe"))? != self.program {
            return Ok(());
        }
        let memory = memory(pid)?;
        for address in self.functions.keys().filter(|address| !self.used.contains(address)) {
            let mut byte = [0];
            memory.read_exact_at(&mut byte, *address)?;
            memory.write_all_at(&[BREAKPOINT], *address)?;
            self.original.insert(*address, byte[0]);
        }
        Ok(())
    }

    /// Notes the function that `pid` is about to enter, and lets it.
    fn stopped(&mut self, pid: Pid) -> Result<()> {
        let mut registers = ptrace::getregs(pid)?;
        let address = registers.rip - 1;
        let Some(byte) = self.original.get(&address) else { return Ok(()) };
        memory(pid)?.write_all_at(&[*byte], address)?;
        registers.rip = address;
        ptrace::setregs(pid, registers)?;
        if !self.used.contains(&address) {
            self.used.push(address);
        }
        Ok(())
    }

    /// The patterns of the functions that were used, in the order of their first use.
    fn used(&self) -> Vec<&str> {
        let mut patterns: Vec<&str> = Vec::new();
        for pattern in self.used.iter().filter_map(|address| self.functions.get(address)) {
            if !patterns.contains(&pattern.as_str()) {
                patterns.push(pattern);
            }
        }
        patterns
    }
}

/// The memory of a process that this one traces.
fn memory(pid: Pid) -> Result<File> {
    Ok(File::options().read(true).write(true).open(format!("/proc/{pid}/mem"))?)
}

/// Prints the linker script.
fn print(patterns: &[&str], tables: &BTreeSet<String>) {
    println!(
        "/* Made by `just order`: the functions that a start uses, in the order of their first use, and their constants. */"
    );
    println!("SECTIONS\n{{");
    section(".text.hot", patterns.iter().map(|pattern| (*pattern).to_owned()));
    println!("}}\nINSERT BEFORE .text;\nSECTIONS\n{{");
    section(".rodata.hot", patterns.iter().filter_map(|pattern| constants(pattern, tables)));
    println!("}}\nINSERT BEFORE .rodata;");
}

fn section(name: &str, patterns: impl Iterator<Item = String>) {
    println!("  {name} :\n  {{");
    patterns.for_each(|pattern| println!("    {pattern}"));
    println!("  }}");
}

/// The constants of a function, as far as they have sections of their own: those of the file, in C, and the tables of its
/// branches, in Rust.
fn constants(function: &str, tables: &BTreeSet<String>) -> Option<String> {
    let (file, section) = function.split_once('(')?;
    if file != "*" {
        return Some(format!("{file}(.rodata .rodata.*)"));
    }
    let name = section.strip_prefix(".text.")?.strip_suffix(')')?;
    tables.contains(name).then(|| format!("*({TABLE}{name}*)"))
}

/// What the section of a table begins with, before the name of its function.
const TABLE: &str = ".rodata..Lswitch.table.";

/// The functions that have tables, by lld's map: their names as patterns.
fn tables(map: &str) -> BTreeSet<String> {
    let names = map.lines().filter_map(|line| line.split_once(TABLE)?.1.strip_suffix(')'));
    // Where a function has several, they are counted.
    let function = |name: &str| match name.rsplit_once('.') {
        Some((function, count)) if count.bytes().all(|digit| digit.is_ascii_digit()) => {
            without_hashes(function)
        }
        _ => without_hashes(name),
    };
    names.map(function).collect()
}

/// A section's name as a pattern for all builds: without what stands in it for the versions of a crate and of the
/// compiler. Those are, in a mangled name, `Cs…_` before a crate's name, and in an old one `h…E` at the end.
fn without_hashes(section: &str) -> String {
    if let Some((name, _)) = section.rsplit_once("17h").filter(|_| section.contains("._ZN")) {
        return format!("{name}17h*");
    }
    let mut parts = section.split("Cs");
    let mut pattern = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('_') {
            Some((hash, rest)) if hash.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                pattern += "C*_";
                pattern += rest;
            }
            _ => {
                pattern += "Cs";
                pattern += part;
            }
        }
    }
    pattern
}
