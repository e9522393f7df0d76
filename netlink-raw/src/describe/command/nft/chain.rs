//! Tables and chains, in `nft`'s words.

use super::Found;
use super::Words;
use super::{Object, family};
use crate::describe::tables::NFTA_DEVICE_NAME;
#[allow(clippy::wildcard_imports, reason = "forty names of messages and attributes")]
use crate::kernel::*;

impl Object<'_> {
    pub(super) fn table(&self) -> Option<Words> {
        self.found.only(&[NFTA_TABLE_NAME, NFTA_TABLE_FLAGS, NFTA_TABLE_HANDLE, NFTA_TABLE_USERDATA])?;
        let (name, handle) = (self.found.text(NFTA_TABLE_NAME), self.found.u64_be(NFTA_TABLE_HANDLE));
        match self.kind {
            NFT_MSG_GETTABLE if self.is_dump() => return Some(self.list("tables")),
            // All of a family, or of every family.
            NFT_MSG_DELTABLE if name.is_none() && handle.is_none() => {
                let mut words = Words::new("nft flush ruleset");
                if let Some(family) = family(self.family) {
                    words.word(family);
                }
                return Some(words);
            }
            NFT_MSG_NEWTABLE => {}
            _ => return self.named("table", None, name.as_deref(), handle),
        }
        let mut words = self.words(self.verb(), "table", &[&name?])?;
        let mut settings = Vec::new();
        match self.found.u32_be(NFTA_TABLE_FLAGS).unwrap_or_default() {
            0 => {}
            NFT_TABLE_F_DORMANT => settings.push("flags dormant;".to_owned()),
            _ => return None,
        }
        settings.extend(self.comment(NFTA_TABLE_USERDATA)?);
        words.block(&settings);
        Some(words)
    }

    pub(super) fn chain(&self) -> Option<Words> {
        self.found.only(&[
            NFTA_CHAIN_TABLE,
            NFTA_CHAIN_NAME,
            NFTA_CHAIN_HANDLE,
            NFTA_CHAIN_HOOK,
            NFTA_CHAIN_POLICY,
            NFTA_CHAIN_TYPE,
            NFTA_CHAIN_FLAGS,
            NFTA_CHAIN_USERDATA,
        ])?;
        if self.kind == NFT_MSG_GETCHAIN && self.is_dump() {
            return Some(self.list("chains"));
        }
        let table = self.found.text(NFTA_CHAIN_TABLE)?;
        let (name, handle) = (self.found.text(NFTA_CHAIN_NAME), self.found.u64_be(NFTA_CHAIN_HANDLE));
        if self.kind != NFT_MSG_NEWCHAIN {
            return self.named("chain", Some(&table), name.as_deref(), handle);
        }
        // Whose old name only the kernel knows.
        if handle.is_some() {
            return None;
        }
        let mut words = self.words(self.verb(), "chain", &[&table, &name?])?;
        let mut settings = Vec::new();
        if let Some(hook) = self.found.nested(NFTA_CHAIN_HOOK) {
            let kind = self.found.text(NFTA_CHAIN_TYPE)?;
            let (place, priority) =
                (self.hook(hook.u32_be(NFTA_HOOK_HOOKNUM)?)?, hook.u32_be(NFTA_HOOK_PRIORITY)?);
            let device = hook.text(NFTA_HOOK_DEV).map(|device| format!(" device \"{device}\""));
            let devices =
                hook.nested(NFTA_HOOK_DEVS).map(|list| format!(" devices = {{ {} }}", devices(&list)));
            let devices = device.or(devices).unwrap_or_default();
            settings.push(format!("type {kind} hook {place}{devices} priority {};", priority.cast_signed()));
        }
        match self.found.u32_be(NFTA_CHAIN_FLAGS).unwrap_or_default() {
            0 => {}
            2 => settings.push("flags offload;".to_owned()),
            _ => return None,
        }
        match self.found.u32_be(NFTA_CHAIN_POLICY) {
            None => {}
            Some(0) => settings.push("policy drop;".to_owned()),
            Some(1) => settings.push("policy accept;".to_owned()),
            Some(_) => return None,
        }
        settings.extend(self.comment(NFTA_CHAIN_USERDATA)?);
        words.block(&settings);
        Some(words)
    }

    /// The name of a hook in this family.
    fn hook(&self, number: u32) -> Option<&'static str> {
        Some(match (self.family, number) {
            (NFPROTO_NETDEV, 0) | (NFPROTO_INET, 5) => "ingress",
            (NFPROTO_NETDEV, 1) => "egress",
            (NFPROTO_ARP, 0) => "input",
            (NFPROTO_ARP, 1) => "output",
            (NFPROTO_NETDEV | NFPROTO_ARP, _) => return None,
            (_, 0) => "prerouting",
            (_, 1) => "input",
            (_, 2) => "forward",
            (_, 3) => "output",
            (_, 4) => "postrouting",
            _ => return None,
        })
    }
}

/// The names of links in a list, which `nft` sends from the last to the first.
pub(super) fn devices(list: &Found<'_>) -> String {
    let names = list.all().filter(|member| member.kind == NFTA_DEVICE_NAME);
    let mut names: Vec<String> = names.map(|member| format!("\"{}\"", member.str())).collect();
    names.reverse();
    names.join(", ")
}
