//! `tuntap show`.

use std::fs;
use std::path::Path;

use netlink_raw::kernel::{IFF_TAP, IFF_TUN};
use netlink_raw::route::{Kind, Link, Tun};

use crate::cli::ObjectArgs;
use crate::error::Result;
use crate::explain::Actor;
use crate::ip::answer::ended;
use crate::ip::output::{Form, Output};
use crate::network::socket::asking;

/// Prints all tap and tun devices; with `-details`, who is attached to each.
///
/// # Errors
/// The kernel's.
pub fn show(arguments: &ObjectArgs, who: Actor) -> Result<()> {
    let links: Vec<Link> = Link::dump()
        .and_then(|request| asking(who)?.dump(&request))
        .map_err(|error| ended(&error, "Dump terminated"))?;
    // /sys shows the devices of the namespace that it was mounted in.
    let here = arguments.inside.place.is_none() && arguments.netns.is_none();
    Output::new(Form::of(arguments)).list(|out| {
        links.iter().try_for_each(|link| match (&link.kind, &link.name) {
            (Some(Kind::Tun(tun)), Some(name)) => {
                let one_queue = here && has_one_queue(name, link.index);
                device(out, name, tun, one_queue, arguments.details)
            }
            _ => Ok(()),
        })
    })
}

fn device(out: &mut Output, name: &str, tun: &Tun, one_queue: bool, details: bool) -> Result<()> {
    out.object(None, |out| {
        out.field("ifname", ("", ":"), name);
        let on = |switch: Option<bool>| switch == Some(true);
        let flags = [
            (tun.mode == Some(IFF_TUN), "tun"),
            (tun.mode == Some(IFF_TAP), "tap"),
            (on(tun.packet_information), "pi"),
            (one_queue, "one_queue"),
            (on(tun.multi_queue), "multi_queue"),
            (on(tun.vnet_header), "vnet_hdr"),
            (on(tun.persist), "persist"),
            // `IFF_NOFILTER` has the number of `IFF_NO_PI`, and `ip` tells of both.
            (on(tun.packet_information), "filter"),
        ];
        out.array(Some("flags"), |out| {
            for (_, flag) in flags.iter().filter(|(on, _)| *on) {
                out.element((" ", ""), *flag);
            }
        });
        if let Some(owner) = tun.owner {
            out.field("user", (" user ", ""), owner);
        }
        if let Some(group) = tun.group {
            out.field("group", (" group ", ""), group);
        }
        if details {
            out.newline();
            out.text("\tAttached to processes:");
            out.array(Some("processes"), |out| attached(out, name));
        }
    });
    out.end_line()
}

/// Whether it was asked for one queue, which the kernel tells nowhere else.
fn has_one_queue(name: &str, index: u32) -> bool {
    const ONE_QUEUE: u32 = 0x2000;
    let read = |file: &str| fs::read_to_string(Path::new("/sys/class/net").join(name).join(file)).ok();
    let same = read("ifindex").is_some_and(|text| text.trim().parse() == Ok(index));
    let flags = read("tun_flags").filter(|_| same);
    let flags = flags.and_then(|text| u32::from_str_radix(text.trim().trim_start_matches("0x"), 16).ok());
    flags.is_some_and(|flags| flags & ONE_QUEUE != 0)
}

/// The processes that hold a file of the device open: `iff` in their fdinfo (proc(5)) is its name.
fn attached(out: &mut Output, device: &str) {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    for process in processes {
        let number = process.file_name();
        let Some(number) = number.to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        if number == std::process::id() {
            continue;
        }
        let files = fs::read_dir(process.path().join("fd")).into_iter().flatten().flatten();
        for file in files {
            let tun = fs::read_link(file.path()).is_ok_and(|target| target == Path::new("/dev/net/tun"));
            let information = process.path().join("fdinfo").join(file.file_name());
            if !tun || !fs::read_to_string(information).is_ok_and(|text| is_of(&text, device)) {
                continue;
            }
            let name = fs::read_to_string(process.path().join("comm")).unwrap_or_default();
            let name = name.trim_end();
            out.object(None, |out| {
                out.field("name", (" ", ""), name);
                out.field("pid", ("(", ")"), number);
            });
        }
    }
}

/// Whether a file's `information` says that it is one of `device`.
fn is_of(information: &str, device: &str) -> bool {
    information.lines().any(|line| line.strip_prefix("iff:").is_some_and(|name| name.trim() == device))
}
