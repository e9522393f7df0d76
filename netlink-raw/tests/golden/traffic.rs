//! Traffic control.

use netlink_raw::kernel::{
    ETH_P_8021Q, ETH_P_ALL, ETH_P_IP, TC_ACT_PIPE, TC_ACT_SHOT, TC_H_CLSACT_EGRESS, TC_H_CLSACT_INGRESS,
    TC_H_ROOT,
};
use netlink_raw::tc::{Action, Classifier, Discipline, Filter, Mirred, Police, Qdisc, Tbf};

use super::Ours;

const MEGABIT: u64 = 125_000;
const VETH: u32 = 10;
const BRIDGE: u32 = 2;
/// Where the filters of `tc qdisc add … ingress` stand.
const INGRESS: u32 = 0xffff_0000;

pub(super) fn disciplines() -> Ours {
    let tbf = |rate, burst, limit| Qdisc::root(VETH, Discipline::Tbf(Tbf { rate, burst, limit }));
    let clsact = Qdisc { discipline: Some(Discipline::Clsact), ..Qdisc::ingress(VETH) };
    let root = Qdisc { index: VETH, parent: TC_H_ROOT, ..Qdisc::default() };
    vec![
        (
            "tc qdisc add dev vethA root tbf rate 20mbit burst 65536 limit 190000",
            tbf(20 * MEGABIT, 65_536, 190_000).add(),
        ),
        (
            "tc qdisc replace dev vethA root tbf rate 100gbit burst 10485760 limit 20971520",
            tbf(100_000 * MEGABIT, 10_485_760, 20_971_520).replace(),
        ),
        (
            "tc qdisc add dev vethA root handle 7: tbf rate 9600bit burst 3000 limit 6000",
            Qdisc { handle: 0x7_0000, ..tbf(1200, 3000, 6000) }.add(),
        ),
        ("tc qdisc add dev vethA ingress", Qdisc::ingress(VETH).add()),
        ("tc qdisc add dev vethA clsact", clsact.add()),
        ("tc qdisc show", Qdisc::dump()),
        ("tc qdisc del dev vethA root", root.delete()),
        ("tc qdisc del dev vethA ingress", Qdisc::ingress(VETH).delete()),
        ("tc qdisc del dev vethA clsact", clsact.delete()),
    ]
}

fn filter(parent: u32, priority: u16, classifier: Classifier, actions: Vec<Action>) -> Filter {
    let classifier = Some(classifier);
    Filter { index: VETH, parent, priority, classifier, actions, ..Filter::default() }
}

fn to_bridge(incoming: bool, copy: bool) -> Action {
    Action::Mirred(Mirred { index: BRIDGE, incoming, copy })
}

fn police(rate: u64, burst: u32, conforming: Option<u32>) -> Action {
    Action::Police(Police { rate, burst, exceeding: TC_ACT_SHOT, conforming })
}

pub(super) fn filters() -> Ours {
    let twenty = || police(20 * MEGABIT, 62_500, None);
    let redirect = || vec![to_bridge(false, false)];
    let wide = vec![police(100_000 * MEGABIT, 12_500_000, Some(TC_ACT_PIPE))];
    let mirror = filter(TC_H_CLSACT_INGRESS, 49152, Classifier::every(), vec![to_bridge(false, true)]);
    let all = Filter { index: VETH, parent: INGRESS, protocol: 0, ..Filter::default() };
    let outgoing = vec![twenty(), to_bridge(true, false)];
    vec![
        (
            "tc filter add dev vethA parent ffff: protocol all prio 1 matchall action mirred egress redirect \
             dev br0",
            filter(INGRESS, 1, Classifier::Matchall, redirect()).add(),
        ),
        (
            "tc filter add dev vethA parent ffff: protocol all prio 1 u32 match u32 0 0 action mirred egress \
             redirect dev br0",
            filter(INGRESS, 1, Classifier::every(), redirect()).add(),
        ),
        (
            "tc filter replace dev vethA ingress protocol all prio 49152 u32 match u32 0 0 flowid 1:10 \
             action mirred egress mirror dev br0",
            Filter { class: Some(0x1_0010), ..mirror }.replace(),
        ),
        (
            "tc filter add dev vethA parent ffff: protocol all prio 1 matchall action police rate 20mbit \
             burst 62500 conform-exceed drop",
            filter(INGRESS, 1, Classifier::Matchall, vec![twenty()]).add(),
        ),
        (
            "tc filter add dev vethA parent ffff: protocol ip prio 3 handle 0x1 matchall action police rate \
             100gbit burst 12500000 conform-exceed drop/pipe",
            Filter { protocol: ETH_P_IP, handle: 1, ..filter(INGRESS, 3, Classifier::Matchall, wide) }.add(),
        ),
        (
            "tc filter add dev vethA egress protocol 802.1Q prio 2 u32 match u32 0 0 action police rate \
             20mbit burst 62500 conform-exceed drop action mirred ingress redirect dev br0",
            Filter { protocol: ETH_P_8021Q, ..filter(TC_H_CLSACT_EGRESS, 2, Classifier::every(), outgoing) }
                .add(),
        ),
        ("tc filter show dev vethA ingress", Filter::dump(VETH, TC_H_CLSACT_INGRESS)),
        ("tc filter show dev vethA parent ffff:", Filter::dump(VETH, INGRESS)),
        (
            "tc filter del dev vethA parent ffff: protocol all prio 1",
            Filter { priority: 1, protocol: ETH_P_ALL, ..all.clone() }.delete(),
        ),
        ("tc filter del dev vethA parent ffff:", all.delete()),
        (
            "tc filter del dev vethA ingress protocol all prio 1 u32",
            filter(TC_H_CLSACT_INGRESS, 1, Classifier::every(), Vec::new()).delete(),
        ),
    ]
}
