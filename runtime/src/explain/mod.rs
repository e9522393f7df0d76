//! `--explain` and `--dry-run`: each step, told by the gate it passed.
//!
//! Both gates tell here: `sys` its system calls, `netlink_raw::Socket` its messages. What is printed is
//! therefore what was asked of the kernel, and nothing else.

pub(crate) mod json;
pub(crate) mod text;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use netlink_raw::nft::Type;
use netlink_raw::{Exchange, describe};

use crate::cli::{ExplainFormat, Global};
use crate::error::{Error, Result};
use crate::log;
use crate::sys::gate::{self, Outcome};
use crate::sys::shared::SharedCounter;

/// Who takes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    /// Pontoon, on the host.
    Host,
    /// The container's first process; of messages, a socket inside the container's network namespace.
    Container,
}

impl Actor {
    /// As it is printed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Container => "container",
        }
    }
}

/// What is told of one step, whichever gate it passed.
#[derive(Debug)]
struct Told<'a> {
    number: u32,
    who: Actor,
    /// The call, or the type of the message.
    call: &'a str,
    arguments: &'a str,
    message: Option<Message<'a>>,
    command: Option<&'a str>,
    /// The kernel's answer in words, and whether it was a refusal.
    result: &'a str,
    failed: bool,
    microseconds: u128,
}

/// What a netlink message adds.
#[derive(Debug)]
struct Message<'a> {
    description: &'a describe::Description,
    bytes: &'a [u8],
    socket: u32,
    datagram: u64,
}

struct Printer {
    format: ExplainFormat,
    out: OwnedFd,
    /// Whether it goes to the log instead.
    to_log: bool,
    steps: SharedCounter,
    sockets: Cell<u32>,
    links: RefCell<BTreeMap<(Actor, u32), String>>,
    namespaces: RefCell<BTreeMap<i32, String>>,
}

thread_local! {
    static PRINTER: RefCell<Option<Rc<Printer>>> = const { RefCell::new(None) };
    static ACTOR: Cell<Actor> = const { Cell::new(Actor::Host) };
    static CONTAINER: RefCell<Inside> = const { RefCell::new(Inside::Process(0)) };
}

/// Listens at both gates, if the command line asks for it.
///
/// # Errors
/// No descriptor or no memory is left.
pub fn install(global: &Global) -> Result<()> {
    let format = match (global.explain, global.dry_run || global.debug) {
        (None, false) => return Ok(()),
        (Some(format), _) => format,
        (None, true) => ExplainFormat::Text,
    };
    let to_log = global.explain.is_none() && !global.dry_run && log::is_open();
    let failed = |errno: nix::errno::Errno| Error::Io { doing: "explain".to_owned(), source: errno.into() };
    let stream = if global.dry_run {
        std::io::stdout().as_fd().try_clone_to_owned()
    } else {
        std::io::stderr().as_fd().try_clone_to_owned()
    };
    let out = stream.map_err(|source| Error::Io { doing: "explain".to_owned(), source })?;
    let steps = SharedCounter::new().map_err(failed)?;
    let printer = Rc::new(Printer {
        format,
        out,
        to_log,
        steps,
        sockets: Cell::new(0),
        links: RefCell::default(),
        namespaces: RefCell::default(),
    });
    PRINTER.set(Some(printer.clone()));
    gate::install(Rc::new(move |step| printer.call(step)), global.dry_run);
    Ok(())
}

/// Listens no longer, and lets go of the stream that steps were printed to.
pub fn stop() {
    gate::uninstall();
    PRINTER.set(None);
    log::close();
}

/// The network namespace that is not the host's, as commands name it.
#[derive(Debug)]
enum Inside {
    /// That of a process.
    Process(i32),
    /// What is at a path.
    Path(PathBuf),
}

impl Inside {
    /// How a command is run there.
    fn enter(&self) -> String {
        match self {
            Self::Process(pid) => format!("nsenter --target {pid} --net"),
            Self::Path(path) => format!("nsenter --net={}", path.display()),
        }
    }
}

/// From now on this process is the container's.
pub fn act_as(actor: Actor) {
    ACTOR.set(actor);
}

/// Who this process is at present.
pub fn actor() -> Actor {
    ACTOR.get()
}

/// The container's first process is `pid`: the commands for its namespaces name it.
pub fn container_is(pid: nix::unistd::Pid) {
    CONTAINER.set(Inside::Process(pid.as_raw()));
}

/// What is told as the container's is done in the namespace at `path`: the commands name that.
pub fn container_is_at(path: &Path) {
    CONTAINER.set(Inside::Path(path.to_owned()));
}

/// Network device number `index` of `who` is called `name`: so it is told, also where it can't be looked up,
/// because it is in the container, or gone, or not made in a rehearsal.
pub fn link_is(who: Actor, index: u32, name: &str) {
    if let Some(printer) = PRINTER.with_borrow(Clone::clone) {
        printer.links.borrow_mut().insert((who, index), name.to_owned());
    }
}

/// The namespace behind `descriptor` is called `name` by `ip netns`: so it is told.
pub fn netns_is(descriptor: i32, name: &str) {
    if let Some(printer) = PRINTER.with_borrow(Clone::clone) {
        printer.namespaces.borrow_mut().insert(descriptor, name.to_owned());
    }
}

/// The listener for a netlink socket of `who`, if anybody listens. It hears in the thread that listens.
pub fn observer(who: Actor) -> Option<impl Fn(&Exchange<'_>) + Send + 'static> {
    let printer = PRINTER.with_borrow(Clone::clone)?;
    let socket = printer.sockets.get() + 1;
    printer.sockets.set(socket);
    Some(move |exchange: &Exchange<'_>| {
        if let Some(printer) = PRINTER.with_borrow(Clone::clone) {
            printer.message(who, socket, exchange);
        }
    })
}

impl Printer {
    fn call(&self, step: &gate::Step<'_>) {
        let result = match step.outcome {
            Outcome::Done(Some(value)) => format!("= {value}"),
            Outcome::Done(None) => "ok".to_owned(),
            Outcome::Failed(errno) => errno.desc().to_owned(),
            Outcome::Rehearsed => String::new(),
            Outcome::Departing => "…".to_owned(),
        };
        self.print(&Told {
            number: self.steps.next(),
            who: ACTOR.get(),
            call: step.call,
            arguments: &step.about.arguments,
            message: None,
            command: step.about.command.as_deref(),
            result: &result,
            failed: matches!(step.outcome, Outcome::Failed(_)),
            microseconds: step.elapsed.as_micros(),
        });
    }

    fn message(&self, who: Actor, socket: u32, exchange: &Exchange<'_>) {
        let Ok(description) = exchange.describe(&Names { printer: self, who }) else {
            return;
        };
        let (result, failed) = match exchange.outcome {
            netlink_raw::Outcome::Acknowledged => ("ok".to_owned(), false),
            netlink_raw::Outcome::Replies(count) => (format!("= {count} replies"), false),
            netlink_raw::Outcome::Failed(error) => (error.to_string(), true),
            // Nothing was asked: a rehearsal has no answer.
            _ => (String::new(), false),
        };
        let command = description.command.as_deref().map(|command| match who {
            Actor::Host => command.to_owned(),
            Actor::Container => CONTAINER.with_borrow(|inside| format!("{} {command}", inside.enter())),
        });
        self.print(&Told {
            number: self.steps.next(),
            who,
            call: &description.name,
            arguments: "",
            message: Some(Message {
                description: &description,
                bytes: exchange.message,
                socket,
                datagram: exchange.datagram,
            }),
            command: command.as_deref(),
            result: &result,
            failed,
            microseconds: exchange.elapsed.as_micros(),
        });
    }

    /// One write a step, so that steps of two processes do not mix.
    fn print(&self, told: &Told<'_>) {
        let text = match self.format {
            ExplainFormat::Json => json::step(told),
            ExplainFormat::Text => text::step(told, false),
            ExplainFormat::Hex => text::step(told, true),
        };
        if self.to_log {
            return log::debug(text.trim_end());
        }
        // Nobody may be reading any more; the work goes on.
        let _ = nix::unistd::write(&self.out, text.as_bytes());
    }
}

/// The names of what messages of `who` tell by number.
struct Names<'a> {
    printer: &'a Printer,
    who: Actor,
}

impl describe::Names for Names<'_> {
    fn link(&self, index: u32) -> Option<String> {
        let known = self.printer.links.borrow().get(&(self.who, index)).cloned();
        known.or_else(|| match self.who {
            Actor::Host => {
                let name = nix::net::if_::if_indextoname(index).ok()?.into_string().ok()?;
                (!name.is_empty()).then_some(name)
            }
            Actor::Container => None,
        })
    }

    fn set(&self, table: &str, set: &str) -> Option<(Type, Option<Type>)> {
        crate::network::firewall::types(table, set)
    }

    fn netns(&self, descriptor: i32) -> Option<String> {
        if let Some(name) = self.printer.namespaces.borrow().get(&descriptor) {
            return Some(name.clone());
        }
        // ip(8) takes a process; a descriptor of this one would be gone when somebody types the command.
        Some(CONTAINER.with_borrow(|inside| match inside {
            Inside::Process(container @ 1..) => container.to_string(),
            _ => format!("/proc/{}/fd/{descriptor}", std::process::id()),
        }))
    }
}
