//! Programs run in a host, and what came of them.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::host::Host;
use crate::output::Output;
use crate::{programs, wait};

/// A program to run in a host.
#[must_use]
pub struct Cmd<'h> {
    host: &'h Host,
    pub(crate) program: OsString,
    pub(crate) args: Vec<OsString>,
    env: Vec<(String, String)>,
    dir: Option<PathBuf>,
    stdin: Option<Vec<u8>>,
    limit: Duration,
}

impl<'h> Cmd<'h> {
    pub(crate) fn new(host: &'h Host, program: PathBuf) -> Self {
        let limit = wait::patience(60);
        Self {
            host,
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            dir: None,
            stdin: None,
            limit,
        }
    }

    /// Adds arguments.
    pub fn args(mut self, args: &[&str]) -> Self {
        self.args.extend(args.iter().map(OsString::from));
        self
    }

    /// Sets a variable of its environment.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Starts it in another directory than [`Host::dir`].
    pub fn current_dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.dir = Some(dir.as_ref().to_owned());
        self
    }

    /// What it reads from its standard input, instead of nothing.
    pub fn stdin(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(text.into());
        self
    }

    /// How long it may take: a minute, if nothing else is said. Then its host is killed.
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn run(self) -> Output {
        self.spawn().wait()
    }

    /// Runs it to its end, which must be success.
    #[track_caller]
    pub fn ok(self) -> Output {
        self.fails(0)
    }

    /// Runs it to its end, which must be with this exit status (128 + N for signal N).
    #[track_caller]
    pub fn fails(self, status: i32) -> Output {
        let output = self.run();
        assert_eq!(output.status, status, "exit status of {output}");
        output
    }

    /// Starts it, with its output collected.
    pub fn spawn(self) -> Running<'h> {
        let stdin = if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() };
        let mut child = self.start([stdin, Stdio::piped(), Stdio::piped()]);
        let stdout = Collected::from(child.stdout.take().expect("a pipe"));
        let stderr = Collected::from(child.stderr.take().expect("a pipe"));
        if let (Some(mut pipe), Some(text)) = (child.stdin.take(), self.stdin.clone()) {
            // A program need not read what it is given.
            std::thread::spawn(move || drop(pipe.write_all(&text)));
        }
        self.running(child, stdout, stderr)
    }

    pub(crate) fn running(self, child: Child, stdout: Collected, stderr: Collected) -> Running<'h> {
        Running {
            what: self.to_string(),
            host: self.host,
            child,
            limit: self.limit,
            stdout,
            stderr,
            waited: None,
        }
    }

    /// Starts it in the host's namespaces with these as its standard streams.
    pub(crate) fn start(&self, [stdin, stdout, stderr]: [Stdio; 3]) -> Child {
        let mut command = Command::new(&self.program);
        command.args(&self.args).envs(self.env.iter().map(|(name, value)| (name, value)));
        let mut path = OsString::from(programs::path("pontoon").parent().expect("a directory"));
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        command.env("PATH", path).current_dir(self.dir.as_deref().unwrap_or(self.host.dir()));
        command.stdin(stdin).stdout(stdout).stderr(stderr);
        self.host.inside(|| command.spawn()).unwrap_or_else(|error| panic!("{self}: {error}"))
    }
}

impl std::fmt::Display for Cmd<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let program = Path::new(&self.program).file_name().unwrap_or(&self.program);
        write!(f, "`{}", program.display())?;
        for arg in &self.args {
            write!(f, " {}", arg.display())?;
        }
        f.write_str("`")
    }
}

/// A stream, read as it comes.
pub(crate) struct Collected {
    text: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Collected {
    /// A stream of nothing.
    pub(crate) fn nothing() -> Self {
        Self { text: Arc::default(), reader: None }
    }

    pub(crate) fn from(stream: impl Into<OwnedFd>) -> Self {
        let mut stream = std::fs::File::from(stream.into());
        let text = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&text);
        let reader = move || {
            let mut buffer = [0; 4096];
            // A pseudo-terminal ends with an error.
            while let Ok(length @ 1..) = stream.read(&mut buffer) {
                into.lock().expect("no panic").extend_from_slice(&buffer[..length]);
            }
        };
        Self { text, reader: Some(std::thread::spawn(reader)) }
    }

    pub(crate) fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().expect("no panic")).into_owned()
    }

    /// All of it: waits until nobody holds the other end.
    fn all(&mut self) -> String {
        if let Some(reader) = self.reader.take() {
            reader.join().expect("no panic");
        }
        self.so_far()
    }
}

/// A program that runs in a host. Killed when dropped.
pub struct Running<'h> {
    what: String,
    pub(crate) host: &'h Host,
    child: Child,
    limit: Duration,
    stdout: Collected,
    stderr: Collected,
    waited: Option<ExitStatus>,
}

impl Running<'_> {
    /// Its number, outside.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.pid().cast_signed()), signal).expect("kill");
    }

    /// Whether it has ended, and only waits to be waited for.
    pub fn ended(&self) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid()));
        let state = stat.ok().and_then(|stat| stat.rsplit(')').next()?.trim_start().chars().next());
        matches!(state, None | Some('Z' | 'X'))
    }

    /// What it has written so far.
    pub fn stdout(&self) -> String {
        self.stdout.so_far()
    }

    /// What it has written to its standard error so far.
    pub fn stderr(&self) -> String {
        self.stderr.so_far()
    }

    /// Waits until it has written this.
    #[track_caller]
    pub fn wait_for_stdout(&self, text: &str) {
        let found = wait::until(wait::patience(10), || self.stdout().contains(text));
        assert!(
            found,
            "{} did not write {text:?}, but {:?} and {:?}",
            self.what,
            self.stdout(),
            self.stderr()
        );
    }

    /// Waits for its end, and for the end of all who hold its output.
    #[track_caller]
    pub fn wait(mut self) -> Output {
        let late = AtomicBool::new(false);
        let (ended, watched) = mpsc::channel::<()>();
        let (host, limit, overdue) = (self.host, self.limit, &late);
        let output = std::thread::scope(|threads| {
            threads.spawn(move || {
                if watched.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout) {
                    overdue.store(true, Ordering::Relaxed);
                    host.kill();
                }
            });
            let status = self.child.wait().expect("wait");
            self.waited = Some(status);
            let (stdout, stderr) = (self.stdout.all(), self.stderr.all());
            drop(ended);
            let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
            Output { what: self.what.clone(), status: code.expect("an end"), stdout, stderr }
        });
        let late = late.into_inner();
        assert!(!late, "not over after {limit:?}, or its output still held by someone: {output}");
        output
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if self.waited.is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
