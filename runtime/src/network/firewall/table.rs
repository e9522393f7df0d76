//! Asking for the table, and changing it.

use std::cell::{RefCell, RefMut};
use std::rc::Rc;

use netlink_raw::flow::Flow;
use netlink_raw::kernel::NFPROTO_INET;
use netlink_raw::nft::{Chain, Element, Elements, Generation, Table};
use netlink_raw::wire::Message;
use netlink_raw::{Decode, Request, Socket};

use super::{Error, Everything, Forward, Result, Zone, answer, elements, layout, put, question};
use crate::network::socket;
use crate::sys::linger::Linger;

/// The answer to a question.
type Answer = std::result::Result<Vec<u8>, netlink_raw::Error>;

/// The sockets of one piece of work: a rehearsal asks by one and tells by the other.
pub(super) struct Firewall {
    asking: Rc<RefCell<Socket>>,
    rehearsal: Option<Socket>,
}

/// A socket for all that this process does, and closed with it: closing takes the lock of all tables.
struct Kept {
    process: u32,
    socket: Rc<RefCell<Socket>>,
    // After the socket, for which it stays behind.
    _linger: Option<Linger>,
}

thread_local! {
    static KEPT: RefCell<Option<Kept>> = const { RefCell::new(None) };
}

/// An element, and the name of its set.
type Named = (&'static str, Element);

impl Kept {
    fn open() -> std::result::Result<Self, netlink_raw::Error> {
        let socket = socket::netfilter()?;
        let linger = socket.descriptor().and_then(Linger::with);
        Ok(Self { process: std::process::id(), socket: Rc::new(RefCell::new(socket)), _linger: linger })
    }
}

impl Firewall {
    pub(super) fn open() -> Result<Self> {
        let kept = KEPT.take().filter(|kept| kept.process == std::process::id());
        let kept = kept.map_or_else(Kept::open, Ok).map_err(|error| without(&error, "CONFIG_NF_TABLES"))?;
        let asking = kept.socket.clone();
        KEPT.set(Some(kept));
        Ok(Self { asking, rehearsal: socket::netfilter_rehearsal() })
    }

    fn asking(&self) -> RefMut<'_, Socket> {
        self.asking.borrow_mut()
    }

    fn changing<T>(&mut self, change: impl FnOnce(&mut Socket) -> T) -> T {
        match &mut self.rehearsal {
            Some(rehearsal) => change(rehearsal),
            None => change(&mut self.asking()),
        }
    }

    /// Does all of it or nothing.
    pub(super) fn change(&mut self, requests: &[Request]) -> std::result::Result<(), netlink_raw::Error> {
        self.changing(|socket| socket.transaction(requests))
    }

    /// The flows asked for.
    pub(super) fn flows(&mut self, request: &Request) -> std::result::Result<Vec<Flow>, netlink_raw::Error> {
        self.asking().dump(request)
    }

    /// Does each of these, whatever comes of the others.
    pub(super) fn each(
        &mut self,
        requests: &[Request],
    ) -> std::result::Result<Vec<std::result::Result<(), netlink_raw::Error>>, netlink_raw::Error> {
        self.changing(|socket| socket.execute_each(requests))
    }

    /// Asks whether the table is whole, and `questions` with it. Their answers; `None` when it is not.
    pub(super) fn whole(&mut self, questions: &[Request]) -> Result<Option<Vec<Answer>>> {
        let mut all = layout::questions().map_err(|error| told(&error))?;
        let own = all.len();
        all.extend_from_slice(questions);
        let mut answers = self.asking().get_each(&all).map_err(|error| told(&error))?;
        let rest = answers.split_off(own);
        for (number, answer) in answers.into_iter().enumerate() {
            let bytes = match answer {
                Ok(bytes) => bytes,
                Err(error) if self.is_absent(&error) => return Ok(None),
                Err(error) => return Err(without(&error, "CONFIG_NF_TABLES and CONFIG_NF_TABLES_INET")),
            };
            let message = Message::parse(&bytes).map_err(|error| told(&error))?;
            let is_whole = if number == 0 {
                Table::decode(&message).map(|table| layout::is_whole(&table))
            } else {
                Chain::decode(&message).map(|chain| layout::is_full(&chain))
            };
            if !is_whole.map_err(|error| told(&error))? {
                return Ok(None);
            }
        }
        Ok(Some(rest))
    }

    /// The generation of the tables. None in a rehearsal without privilege, which changes nothing.
    pub(super) fn generation(&mut self) -> Result<Generation> {
        match Generation::get().and_then(|request| self.asking().get(&request)) {
            Err(error) if self.is_absent(&error) => Ok(Generation::default()),
            asked => asked.map_err(|error| told(&error)),
        }
    }

    /// Makes the table anew, with what others have in it; false when somebody has changed a table since `generation`.
    /// Ports of the same state root that are in the table, and not in `all`, go only if `purge`: a command that runs at
    /// the same time may have published them.
    pub(super) fn rebuild(&mut self, all: &Everything, generation: Generation, purge: bool) -> Result<bool> {
        let groups: Vec<Vec<u8>> = all.zones.iter().map(|zone| zone.group.to_ne_bytes().to_vec()).collect();
        let mut elements: Vec<(&'static str, Element)> = Vec::new();
        for set in ["networks", "masqueraded", "internal", "isolated", "open", "same"] {
            let theirs = self.list(set)?.into_iter();
            let theirs = theirs.filter(|element| groups.iter().all(|group| !element.key.starts_with(group)));
            elements.extend(theirs.map(|element| (set, element)));
        }
        let ours =
            |forward: &Forward| !all.root.is_empty() && forward.owner.ends_with(&format!(" {}", all.root));
        let (mut own, mut forwards): (Vec<Forward>, Vec<Forward>) =
            self.forwards()?.into_iter().partition(ours);
        if let Some(taken) = all.forwards.iter().find_map(|asked| conflict(asked, &forwards)) {
            return Err(taken);
        }
        if !purge {
            forwards.append(&mut own);
        }
        forwards.retain(|found| all.forwards.iter().all(|forward| !forward.meets(found)));
        elements.extend(all.zones.iter().copied().flat_map(elements::of_zone));
        forwards.extend_from_slice(&all.forwards);
        elements.extend(forwards.iter().map(elements::of_forward));
        elements.extend(super::hairpins(&forwards));
        let steps = layout::build().map_err(|error| told(&error))?;
        let mut requests: Vec<Request> = steps.iter().map(|(request, _)| request.clone()).collect();
        requests.extend(put(elements, Elements::add)?);
        match self.changing(|socket| socket.transaction_since(generation, &requests)) {
            Ok(()) => return Ok(true),
            Err(error) if errno(&error) == Some(libc::ERESTART) => return Ok(false),
            Err(error) => Err(error),
        }
        .map_err(|error| {
            let refused =
                |request: &Request| error.to_string().starts_with(&format!("{}: ", request.operation));
            let needed = steps.iter().find(|(request, _)| refused(request)).map(|(_, option)| *option);
            needed.map_or_else(|| told(&error), |option| without(&error, option))
        })
    }

    /// All elements of a set; none when it is not there.
    fn list(&mut self, set: &str) -> Result<Vec<Element>> {
        let request = elements::list(set, Vec::new()).dump().map_err(|error| told(&error))?;
        match self.asking().dump::<Elements>(&request) {
            Ok(lists) => Ok(lists.into_iter().flat_map(|list| list.elements).collect()),
            Err(error) if self.is_absent(&error) => Ok(Vec::new()),
            Err(error) => Err(told(&error)),
        }
    }

    /// Whether what was asked for is not there. A rehearsal without privilege believes so.
    fn is_absent(&self, error: &netlink_raw::Error) -> bool {
        errno(error) == Some(libc::ENOENT) || self.rehearsal.is_some() && errno(error) == Some(libc::EPERM)
    }

    pub(super) fn forwards(&mut self) -> Result<Vec<Forward>> {
        let mut found = Vec::new();
        for set in layout::MAPS {
            found.extend(self.list(set)?.iter().filter_map(|element| elements::forward(set, element)));
        }
        Ok(found)
    }

    pub(super) fn groups(&mut self) -> Result<Vec<u32>> {
        let elements = self.list("networks")?;
        let group = |element: &Element| Some(u32::from_ne_bytes(*element.key.first_chunk()?));
        Ok(elements.iter().filter_map(group).collect())
    }

    /// Takes away the table, if it is there.
    pub(super) fn removal(&mut self) -> Result<Vec<Request>> {
        let table = Table { family: NFPROTO_INET, name: layout::TABLE.into(), ..Table::default() };
        let asked = table.get().and_then(|request| self.asking().get::<Table>(&request));
        match asked.and_then(|_| table.delete()) {
            Ok(request) => Ok(vec![request]),
            Err(error) if errno(&error) == Some(libc::ENOENT) => Ok(Vec::new()),
            Err(error) => Err(told(&error)),
        }
    }

    /// Those elements of these networks that are there, whatever the networks are now.
    pub(super) fn present(&mut self, zones: &[Zone]) -> Result<Vec<(&'static str, Element)>> {
        let mut found = Vec::new();
        for set in ["networks", "masqueraded", "internal", "isolated", "open", "same"] {
            let of = |element: &Element| {
                zones.iter().any(|zone| element.key.starts_with(&zone.group.to_ne_bytes()))
            };
            found.extend(self.list(set)?.into_iter().filter(of).map(|element| (set, element)));
        }
        Ok(found)
    }

    /// What there is now in the place of each of these ports, and with the same question those of these elements that
    /// are there.
    pub(super) fn find(
        &mut self,
        forwards: &[Forward],
        mut elements: Vec<Named>,
    ) -> Result<(Vec<Option<Forward>>, Vec<Named>)> {
        let keys: Vec<_> = forwards.iter().map(elements::of_forward).collect();
        let questions: Result<Vec<Request>> = keys.iter().chain(&elements).cloned().map(question).collect();
        let mut answers = self.asking().get_each(&questions?).map_err(|error| told(&error))?;
        let mut there = answers.split_off(keys.len()).into_iter().map(|answer| answer.is_ok());
        elements.retain(|_| there.next().unwrap_or_default());
        let read = |((set, _), found): (&(&'static str, Element), Answer)| match found {
            Ok(bytes) => {
                let list: Option<Elements> = answer(&bytes);
                Ok(list.and_then(|list| elements::forward(set, list.elements.first()?)))
            }
            Err(error) if errno(&error) == Some(libc::ENOENT) => Ok(None),
            Err(error) => Err(told(&error)),
        };
        let found: Result<Vec<_>> = keys.iter().zip(answers).map(read).collect();
        Ok((found?, elements))
    }

    /// Those of these ports that are not there.
    pub(super) fn missing(&mut self, forwards: &[Forward]) -> Result<Vec<Forward>> {
        let (found, _) = self.find(forwards, Vec::new())?;
        let mut missing = Vec::new();
        for (forward, found) in forwards.iter().zip(found) {
            match found {
                None => missing.push(forward.clone()),
                Some(found) => conflict(forward, &[found]).map_or(Ok(()), Err)?,
            }
        }
        Ok(missing)
    }
}

/// The error when a port is another's.
fn conflict(asked: &Forward, there: &[Forward]) -> Option<Error> {
    let found = there.iter().find(|found| found.meets(asked))?;
    if found.owner == asked.owner && found.to == asked.to {
        return None;
    }
    let holder = if found.owner.is_empty() { "somebody" } else { &found.owner };
    Some(refused(&format!("port {asked} is published already, to {}, by {holder}", found.to)))
}

/// The error number of a refusal.
pub(super) fn errno(error: &netlink_raw::Error) -> Option<i32> {
    error.errno()
}

/// A refusal in words.
pub(super) fn refused(problem: &str) -> Error {
    Error::Firewall(problem.to_owned())
}

/// The kernel's refusal.
pub(super) fn told(error: &netlink_raw::Error) -> Error {
    refused(&error.to_string())
}

/// The kernel's refusal of something that it may have been built without.
fn without(error: &netlink_raw::Error, option: &str) -> Error {
    let missing = [libc::ENOENT, libc::EOPNOTSUPP, libc::EPROTONOSUPPORT, libc::EAFNOSUPPORT, libc::EINVAL];
    if error.errno().is_some_and(|errno| missing.contains(&errno)) {
        return refused(&format!("{error} (the kernel needs {option})"));
    }
    told(error)
}
