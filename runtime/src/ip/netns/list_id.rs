//! `netns list-id`: the numbers by which a namespace knows others.

use netlink_raw::Socket;
use netlink_raw::route::Nsid;

use super::list::{bytes, number};
use super::{failed, integer, usage};
use crate::error::Result;
use crate::explain::Actor;
use crate::ip::answer::{refused, text};
use crate::ip::output::{Form, Output};
use crate::ip::words::{ABSENT, Words, duplicate, wrong};
use crate::netns::directory::{self, Named};
use crate::network::socket::asking;
use crate::state::State;

/// What is asked for.
#[derive(Debug, Default)]
struct Wanted {
    /// As the namespace of this number sees it.
    target: Option<i32>,
    /// This number alone.
    id: Option<i32>,
}

/// Prints the numbers that this namespace has for others, or another one has, with their names. Returns the exit status.
///
/// # Errors
/// A mistake in the words; the kernel's refusal.
pub fn list_id(state: &State, words: &mut Words<'_>, form: Form, who: Actor) -> Result<u8> {
    let mut wanted = Wanted::default();
    while let Some(word) = words.take() {
        let (place, keyword) = match word {
            "target-nsid" => (&mut wanted.target, "target-nsid"),
            "nsid" => (&mut wanted.id, "nsid"),
            _ => return Ok(usage()),
        };
        if place.is_some() {
            return Err(duplicate(keyword, keyword));
        }
        let value = words.value()?;
        let id = integer(value).ok_or_else(|| wrong(value, &format!("\"{keyword}\" value is invalid")))?;
        if id < 0 {
            return Err(wrong(value, &format!("\"{keyword}\" value should be >= 0")));
        }
        *place = Some(id);
    }
    let mut socket = asking(who).map_err(|error| refused(&error))?;
    let names = names(state, &mut socket);
    if wanted.id.is_some() {
        let question = Nsid { id: wanted.id, target: wanted.target, ..Nsid::default() };
        let answer = question.get().and_then(|request| socket.get::<Nsid>(&request));
        let answer = answer.map_err(|error| refused(&error))?;
        Output::new(form).list(|out| print(out, &[answer], names))?;
    } else {
        let question = Nsid { target: wanted.target, ..Nsid::default() };
        let answers = question.dump_alike().and_then(|request| socket.dump::<Nsid>(&request));
        Output::new(form).list(|out| {
            let terminated = |error| failed(ABSENT, format!("{}\nDump terminated", text(&error)));
            print(out, &answers.map_err(terminated)?, names)
        })?;
    }
    Ok(0)
}

/// The names that this namespace has numbers for.
fn names(state: &State, socket: &mut Socket) -> Vec<(i32, Named)> {
    let listed = directory::entries().unwrap_or_default().into_iter();
    let all = listed.chain(directory::unlisted(state));
    all.filter_map(|named| Some((number(socket, &named)?, named))).collect()
}

fn print(out: &mut Output, answers: &[Nsid], mut names: Vec<(i32, Named)>) -> Result<()> {
    for answer in answers {
        let id = answer.id.unwrap_or(-1);
        // Of several names one is told, the last.
        let known = answer.current.unwrap_or(id);
        let place = names.iter().rposition(|(number, _)| *number == known);
        let one = place.map(|place| names.remove(place).1);
        out.object(None, |out| {
            if id < 0 {
                out.text("nsid unassigned ");
            } else {
                out.field("nsid", ("nsid ", " "), id);
            }
            if let Some(current) = answer.current.filter(|current| *current >= 0) {
                out.field("current-nsid", ("current-nsid ", " "), current);
            }
            if let Some(one) = &one {
                out.field("name", ("(iproute2 netns name: ", ")"), bytes(&one.name));
            }
        });
        out.end_line()?;
    }
    Ok(())
}
