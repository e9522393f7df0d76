//! What the objects take, as `help` tells it.

/// `link`.
pub const LINK: &str = "\
Commands:
  link [show] [[dev] DEVICE] [up] [group GROUP] [master DEVICE | vrf NAME | nomaster] [type KIND]
  link add [link DEVICE] [name] NAME [SETTING...] type KIND [OPTION...]
  link set {[dev] DEVICE | group GROUP} [up | down] [SETTING...] [type KIND OPTION...]
  link delete {[dev] DEVICE | group GROUP} [type KIND]
  link property {add | del} dev DEVICE altname NAME...

SETTING: name NAME, address MAC, broadcast MAC, mtu BYTES, txqueuelen PACKETS, alias TEXT, group GROUP,
  master DEVICE, nomaster, vrf NAME, netns {PID | NAME | CONTAINER}, index NUMBER,
  {arp | multicast | allmulticast | promisc | dynamic | trailers | carrier | protodown} {on | off}, addrgenmode MODE, ...

KIND: veth, bridge, tap, tun, dummy, macvlan, macvtap, ipvlan, ipvtap, vlan, vxlan, vrf, ifb, bridge_slave, ...
";

/// `addr`.
pub const ADDR: &str = "\
Commands:
  addr [show] [[dev] DEVICE] [up] [scope SCOPE] [to PREFIX] [label PATTERN] [FLAG...]
              [master DEVICE | vrf NAME | nomaster] [type KIND] [group GROUP]
  addr {add | change | replace} PREFIX [peer PREFIX] [broadcast {ADDRESS | + | -}] [anycast ADDRESS] [label NAME]
              [scope SCOPE] [metric METRIC] [valid_lft TIME] [preferred_lft TIME] [FLAG...] dev DEVICE
  addr delete PREFIX [peer PREFIX] dev DEVICE
  addr flush  what `show` takes, one word at least

SCOPE: host, link, global, or a number
FLAG:  permanent, dynamic, primary, secondary, tentative, deprecated, dadfailed, temporary (`-` before it: not);
       home, nodad, mngtmpaddr, noprefixroute, autojoin
TIME:  seconds, or forever
";

/// `route`.
pub const ROUTE: &str = "\
Commands:
  route [show] [[root | match | exact] PREFIX] [table {TABLE | all} | vrf NAME] [dev DEVICE] [via ADDRESS]
               [src ADDRESS] [proto PROTOCOL] [scope SCOPE] [type TYPE] [tos TOS] [metric METRIC]
  route get [fibmatch] ADDRESS [from ADDRESS] [iif DEVICE] [oif DEVICE | vrf NAME] [tos TOS] [mark MARK] [uid NUMBER]
               [ipproto PROTOCOL] [sport PORT] [dport PORT]
  route {add | change | replace | prepend | append | delete} [TYPE] PREFIX [via ADDRESS] [dev DEVICE] [src ADDRESS]
               [table TABLE | vrf NAME] [metric METRIC] [proto PROTOCOL] [scope SCOPE] [tos TOS] [onlink]
               [ttl-propagate {enabled | disabled}] [mtu BYTES] [advmss BYTES] [...]
               [nexthop [via ADDRESS] [dev DEVICE] [weight NUMBER]]...
  route flush  what `show` takes, one word at least

TYPE:  unicast, local, broadcast, multicast, anycast, throw, unreachable, prohibit, blackhole
TABLE: main, local, default, or a number
";

/// `neigh`.
pub const NEIGH: &str = "\
Commands:
  neigh [show] [proxy] [[to] PREFIX] [dev DEVICE] [nud STATE] [vrf NAME | master DEVICE | nomaster] [unused]
  neigh get {ADDRESS | proxy ADDRESS} dev DEVICE
  neigh {add | change | replace} ADDRESS lladdr MAC dev DEVICE [nud STATE] [router] [protocol PROTOCOL]
  neigh {add | delete} proxy ADDRESS [dev DEVICE]
  neigh delete ADDRESS dev DEVICE
  neigh flush  what `show` takes, one word at least

STATE: permanent, reachable, noarp, stale, delay, probe, failed, incomplete, none, all
";

/// `tuntap`.
pub const TUNTAP: &str = "\
Commands:
  tuntap [show]
  tuntap add [dev] NAME mode {tap | tun} [user USER] [group GROUP] [one_queue] [pi] [vnet_hdr] [multi_queue]
  tuntap delete [dev] NAME mode {tap | tun}
";

/// What is told of this object.
pub fn of(object: &str) -> &'static str {
    match object {
        "link" => LINK,
        "address" => ADDR,
        "route" => ROUTE,
        "neigh" => NEIGH,
        _ => TUNTAP,
    }
}
