//! What every system call of Pontoon passes through: it is told, timed, and its failure is named.

use std::cell::RefCell;
use std::fmt;
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::time::{Duration, Instant};

use nix::errno::Errno;

/// A system call that failed: its name, its arguments and the kernel's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The name of the system call, as in its manual page.
    pub call: &'static str,
    /// The arguments, as `--explain` prints them.
    pub arguments: String,
    /// The kernel's answer.
    pub errno: Errno,
}

/// The result of a system call.
pub type Result<T> = std::result::Result<T, Error>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({}): {}", self.call, self.arguments, self.errno.desc())
    }
}

impl std::error::Error for Error {}

/// How a call is told: its arguments, and the command that does the same, where there is one.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The arguments, flags by name.
    pub arguments: String,
    /// What a person would type to the same effect.
    pub command: Option<String>,
}

impl About {
    /// A call that no command stands for by itself.
    pub fn new(arguments: impl Into<String>) -> Self {
        Self { arguments: arguments.into(), command: None }
    }

    /// The same call, with the command that does it.
    #[must_use]
    pub fn command(self, command: impl Into<String>) -> Self {
        Self { command: Some(command.into()), ..self }
    }
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The kernel agreed; the value is what it returned, where that says something (a pid).
    Done(Option<i64>),
    /// The kernel refused.
    Failed(Errno),
    /// Nothing was asked: this is a rehearsal.
    Rehearsed,
    /// The call is about to be made and does not come back when it succeeds (execve).
    Departing,
}

/// One system call as it is told.
#[derive(Debug)]
pub struct Step<'a> {
    /// The name of the system call.
    pub call: &'static str,
    /// Its arguments and its equivalent.
    pub about: &'a About,
    /// How it ended.
    pub outcome: Outcome,
    /// How long the kernel took.
    pub elapsed: Duration,
}

/// Who is told of each step.
pub type Teller = Rc<dyn Fn(&Step<'_>)>;

#[derive(Clone)]
struct Gate {
    tell: Teller,
    rehearsal: bool,
}

thread_local! {
    static GATE: RefCell<Option<Gate>> = const { RefCell::new(None) };
}

/// From now on every step of this process, and of the processes it clones, is told to `tell`; in a
/// rehearsal it is told instead of done.
pub fn install(tell: Teller, rehearsal: bool) {
    GATE.set(Some(Gate { tell, rehearsal }));
}

/// From now on nobody is told.
pub fn uninstall() {
    GATE.set(None);
}

/// Whether steps are told instead of done.
pub fn rehearsing() -> bool {
    GATE.with_borrow(|gate| gate.as_ref().is_some_and(|gate| gate.rehearsal))
}

/// What a call pretends to return in a rehearsal.
pub trait Rehearse: Sized {
    /// A harmless value of the type.
    ///
    /// # Errors
    /// Whatever making it costs: a descriptor may not be had.
    fn rehearsed() -> nix::Result<Self>;

    /// The number a manual page would call the return value, where it tells something.
    fn returned(&self) -> Option<i64> {
        None
    }

    /// Whether this side tells of the call: a clone returns twice, and is one call.
    fn tells(&self) -> bool {
        true
    }
}

impl Rehearse for () {
    fn rehearsed() -> nix::Result<Self> {
        Ok(())
    }
}

impl Rehearse for OwnedFd {
    /// A descriptor that is good for nothing.
    fn rehearsed() -> nix::Result<Self> {
        use nix::fcntl::{OFlag, open};
        open("/", OFlag::O_PATH | OFlag::O_CLOEXEC, nix::sys::stat::Mode::empty())
    }
}

impl<A: Rehearse, B: Rehearse> Rehearse for (A, B) {
    fn rehearsed() -> nix::Result<Self> {
        Ok((A::rehearsed()?, B::rehearsed()?))
    }
}

/// Makes one call: tells it, times it, names its failure. `about` is asked only when somebody listens
/// or the call fails.
///
/// # Errors
/// Whatever the kernel answers, with the call's name and arguments.
pub fn pass<T: Rehearse>(
    call: &'static str,
    about: impl FnOnce() -> About,
    act: impl FnOnce() -> nix::Result<T>,
) -> Result<T> {
    let Some(gate) = GATE.with_borrow(Clone::clone) else {
        return act().map_err(|errno| Error { call, arguments: about().arguments, errno });
    };
    let about = about();
    let begun = Instant::now();
    let result = if gate.rehearsal { T::rehearsed() } else { act() };
    if result.as_ref().is_ok_and(|value| !value.tells()) {
        return result.map_err(|errno| Error { call, arguments: about.arguments, errno });
    }
    let outcome = match &result {
        Err(errno) => Outcome::Failed(*errno),
        Ok(_) if gate.rehearsal => Outcome::Rehearsed,
        Ok(value) => Outcome::Done(value.returned()),
    };
    (gate.tell)(&Step { call, about: &about, outcome, elapsed: begun.elapsed() });
    result.map_err(|errno| Error { call, arguments: about.arguments, errno })
}

/// Tells of a call that does not come back when it succeeds: before it is made, and again if it failed.
pub(super) fn announce(call: &'static str, about: &About, failed: Option<Errno>) {
    if let Some(gate) = GATE.with_borrow(Clone::clone) {
        let outcome = match failed {
            Some(errno) => Outcome::Failed(errno),
            None if gate.rehearsal => Outcome::Rehearsed,
            None => Outcome::Departing,
        };
        (gate.tell)(&Step { call, about, outcome, elapsed: Duration::ZERO });
    }
}
