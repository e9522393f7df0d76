//! `ip netns`.

use super::Words;
use crate::Decode;
use crate::describe::Names;
use crate::kernel::{NLM_F_DUMP, RTM_GETNSID, RTM_NEWNSID};
use crate::route::{Netns, Nsid};
use crate::wire::Message;

pub(super) fn command(message: &Message<'_>, names: &dyn Names) -> Option<Words> {
    let nsid = Nsid::decode(message).ok()?;
    match message.header.kind {
        RTM_GETNSID if message.header.flags & NLM_F_DUMP == NLM_F_DUMP => {
            let mut words = Words::new("ip netns list-id");
            if let Some(target) = nsid.target {
                words.option("target-nsid", target);
            }
            Some(words)
        }
        RTM_NEWNSID => {
            // Only a name under /run/netns will do here.
            let Some(Netns::Fd(fd)) = nsid.netns else { return None };
            let name = names.netns(fd).filter(|name| !name.contains('/'))?;
            let id = match nsid.id? {
                -1 => "auto".to_owned(),
                id => id.to_string(),
            };
            let mut words = Words::new("ip netns");
            words.option("set", name);
            words.word(&id);
            Some(words)
        }
        _ => None,
    }
}
