//! What a kernel can lack, by the option that it was built without.

use netlink_raw::Error as Refusal;
use netlink_raw::route::Kind;

/// Says which part of the kernel is missing, where it refused to make or change a link of this kind because it
/// knows none. Other refusals stay as they are.
pub fn missing(mut error: Refusal, kind: &Kind) -> Refusal {
    let missing = lacks(&error, kind);
    if let (Some(part), Refusal::Kernel { text, .. }) = (missing, &mut error) {
        *text = Some(format!("the kernel has no {part}"));
    }
    error
}

/// The part of the kernel that is missing, where it refused a link of this kind for that.
pub(crate) fn lacks(error: &Refusal, kind: &Kind) -> Option<&'static str> {
    let Refusal::Kernel { errno: libc::EOPNOTSUPP, text, .. } = error else { return None };
    // In words it says "Unknown device type" or nothing: other words are about something else.
    let unknown = text.as_deref().is_none_or(|text| text.contains("Unknown device type"));
    part(kind).filter(|_| unknown)
}

/// The driver of a kind of link, and the kernel's option for it.
fn part(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Bridge(bridge) if bridge.vlan_filtering.is_some() || bridge.vlan_default_pvid.is_some() => {
            "VLAN filtering in bridges (CONFIG_BRIDGE_VLAN_FILTERING)"
        }
        Kind::Bridge(_) => "bridge (CONFIG_BRIDGE)",
        Kind::Veth { .. } => "veth (CONFIG_VETH)",
        Kind::Macvlan(_) => "macvlan (CONFIG_MACVLAN)",
        Kind::Macvtap(_) => "macvtap (CONFIG_MACVTAP)",
        Kind::Ipvlan(_) => "ipvlan (CONFIG_IPVLAN)",
        Kind::Ipvtap(_) => "ipvtap (CONFIG_IPVTAP)",
        Kind::Vlan(_) => "VLAN devices (CONFIG_VLAN_8021Q)",
        Kind::Vxlan(_) => "vxlan (CONFIG_VXLAN)",
        Kind::Dummy => "dummy (CONFIG_DUMMY)",
        Kind::Ifb => "ifb (CONFIG_IFB)",
        Kind::Tun(_) => "tun (CONFIG_TUN)",
        Kind::Other { .. } => return None,
    })
}

#[cfg(test)]
mod tests {
    use netlink_raw::route::{Bridge, Ipvlan, Macvlan, Vlan};

    use super::*;

    fn refused(errno: i32, text: Option<&str>) -> Refusal {
        let (operation, text) = ("add link x0".to_owned(), text.map(str::to_owned));
        Refusal::Kernel { operation, errno, text, offset: None }
    }

    #[test]
    fn a_missing_driver_is_named_with_its_option() {
        for (kind, words) in [
            (Kind::Ipvlan(Ipvlan::default()), "the kernel has no ipvlan (CONFIG_IPVLAN)"),
            (Kind::Vlan(Vlan::default()), "the kernel has no VLAN devices (CONFIG_VLAN_8021Q)"),
            (Kind::Dummy, "the kernel has no dummy (CONFIG_DUMMY)"),
        ] {
            for text in [None, Some("Unknown device type")] {
                let error = missing(refused(libc::EOPNOTSUPP, text), &kind).to_string();
                assert!(error.contains(words), "{error}");
            }
        }
        let filtering = Bridge { vlan_filtering: Some(true), ..Bridge::default() };
        let error = missing(refused(libc::EOPNOTSUPP, None), &Kind::Bridge(filtering.into())).to_string();
        assert!(error.contains("CONFIG_BRIDGE_VLAN_FILTERING"), "{error}");
    }

    #[test]
    fn other_refusals_stay_as_they_are() {
        let kind = Kind::Macvlan(Macvlan::default());
        for error in [refused(libc::EEXIST, None), refused(libc::EOPNOTSUPP, Some("Other words"))] {
            let before = error.to_string();
            assert_eq!(missing(error, &kind).to_string(), before);
        }
    }
}
