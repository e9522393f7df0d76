#!/usr/bin/env python3
"""Records what iproute2 sends, in the format of iproute2.txt. As root:

    unshare --net --mount ./capture.py > iproute2.txt

Each command's last message that changes something, or else its last question for a list, is printed after
the command: type, flags, and all that follows the message's header. Sequence numbers and ports are left out.
"""
import re, struct, subprocess, tempfile

SETUP = """
ip link add br0 index 2 type bridge
ip link set br0 up
ip link set lo up
ip link add vethA index 10 type veth peer name vethB index 11
ip address add 10.9.0.1/16 dev br0
ip -6 address add fd00::7/64 dev br0 nodad
mkdir -p /run/netns
mount -t tmpfs tmpfs /run/netns
ip netns add tt
"""

COMMANDS = """
ip link add vethX address 02:42:0a:01:00:01 mtu 1500 master br0 up type veth peer name eth0 address 02:42:0a:01:00:02 mtu 1500 netns PID
ip link add vethZ type veth peer name eth0 netns tt
ip link add vethQ index 50 txqueuelen 500 numtxqueues 1 numrxqueues 1 type veth peer name eth7 index 60
ip link add br1 up type bridge forward_delay 200 hello_time 300 max_age 700 ageing_time 1000 stp_state 1 priority 100 group_fwd_mask 8 mcast_snooping 0 nf_call_iptables 1
ip link set lo up
ip link set vethA up
ip link set vethA down
ip link set vethA mtu 1400 master br0
ip link set vethA type bridge_slave cost 7 hairpin on flood off isolated on
bridge link set dev vethA cost 7 hairpin on flood off isolated on
ip link set vethA nomaster
ip link set vethA alias 'made by pontoon'
ip link set vethA name vethC
ip link set vethC name vethA
ip link set vethA address 02:42:0a:01:00:77 broadcast ff:ff:ff:ff:ff:ff txqueuelen 100 group 9
ip link set vethA promisc on arp off
ip link set vethZ netns PID
ip link show
ip link show master br0
ip link del vethX
ip link del group 77
ip address add 10.1.0.2/16 broadcast 10.1.255.255 dev vethA
ip address add ::1/128 dev lo
ip address add 127.0.0.1/8 label lo:x dev lo
ip address add 127.0.0.2/8 scope global dev lo
ip address add 10.3.0.1 peer 10.3.0.2/32 dev vethA
ip address add fd00::8/64 nodad noprefixroute dev br0
ip address replace 10.9.0.1/16 dev br0
ip address del 127.0.0.1/8 dev lo
ip address show
ip route add default via 10.9.0.2
ip route del default
ip route add 10.77.0.0/16 via 10.9.0.3 dev br0 src 10.9.0.1 metric 20 table 1000
ip route add 10.78.0.0/16 dev br0
ip route add blackhole 10.79.0.0/16
ip route add 10.80.0.0/16 via inet6 fd00::1 dev br0
ip -6 route add default via fd00::1 dev br0
ip -6 route add fd01::/64 dev br0
ip route replace default via 10.9.0.1 dev br0 proto static onlink
ip route del 10.78.0.0/16
ip route show table all
ip neighbour add 10.9.0.9 lladdr 02:42:0a:01:00:09 dev br0 nud permanent
ip neighbour replace fd00::9 lladdr 02:42:0a:01:00:09 dev br0 nud reachable
ip neighbour del 10.9.0.9 dev br0
ip neighbour show
bridge fdb add 02:42:0a:01:00:0a dev vethA master static
bridge fdb add 02:42:0a:01:00:0b dev vethA self permanent
bridge fdb append 00:00:00:00:00:00 dev vethA dst 192.0.2.1 port 4789 vni 42 via br0 self permanent
bridge fdb del 02:42:0a:01:00:0a dev vethA self
bridge fdb show
bridge fdb show br br0
ip netns set tt 5
ip netns list-id
ip netns list-id target-nsid 5
ip link add mv0 link vethA type macvlan mode bridge
ip link add mv1 link vethA up type macvlan bcqueuelen 500 mode passthru nopromisc
ip link add mv2 link vethA type macvlan mode source nodst
ip link add iv0 link vethA type ipvlan mode l2 bridge
ip link add iv1 link vethA type ipvlan mode l3s private
ip link add iv2 link vethA type ipvlan mode l3 vepa
ip link add vl0 link vethA type vlan id 100
ip link add vl1 link vethA type vlan protocol 802.1ad id 7 reorder_hdr off gvrp on
ip link add vx0 type vxlan id 42 remote 192.0.2.1 local 192.0.2.2 dev vethA ttl 16 learning dstport 4789
ip link add vx1 type vxlan id 43 group ff05::100 local fd00::1 dev vethA srcport 1000 2000 ageing 300 maxaddress 50 nolearning dstport 8472
ip link add vx2 type vxlan id 44 group 239.1.1.1 dev vethA tos 0x10 proxy rsc l2miss l3miss learning dstport 4789
ip link add vx3 type vxlan id 45 remote 192.0.2.9 noudpcsum learning dstport 4789
ip link add vx4 type vxlan id 46 remote fd00::9 udp6zerocsumtx udp6zerocsumrx learning dstport 4789
ip link add vx5 type vxlan external nolearning dstport 4789
ip link add dm0 type dummy
ip link add ifb7 txqueuelen 32 up type ifb
ip link add br2 type bridge fdb_flush group_address 01:80:c2:00:00:05 vlan_protocol 802.1ad vlan_stats_enabled 1 vlan_stats_per_port 1 mcast_router 2 mcast_query_use_ifaddr 1 mcast_hash_elasticity 4 mcast_hash_max 4096 mcast_last_member_count 3 mcast_startup_query_count 4 mcast_last_member_interval 110 mcast_membership_interval 120 mcast_querier_interval 130 mcast_query_interval 140 mcast_query_response_interval 150 mcast_startup_query_interval 160 mcast_stats_enabled 1 mcast_igmp_version 3 mcast_mld_version 2 no_linklocal_learn 1 mcast_vlan_snooping 0
ip link set vethA type bridge_slave fdb_flush proxy_arp_wifi on mcast_router 2 mcast_to_unicast on group_fwd_mask 8 vlan_tunnel on backup_port br0
ip link set vethA type bridge_slave nobackup_port
ip link set vethA carrier off mode dormant state up protodown off
ip link set vethA protodown_reason 3 on
ip link set vethA gso_max_size 1000 gso_max_segs 5 gro_max_size 8000
ip link set vethA netns 999999 index 77
ip link set group 9 alias x up
ip link property add dev vethA altname one altname two
ip link property del dev vethA altname one
ip link add mv3 link vethA type macvlan mode source macaddr add 02:42:0a:01:00:33
ip link add mv4 link vethA type macvtap mode vepa flag nodst
ip link add mv5 link vethA type macvlan mode source macaddr set 02:42:0a:01:00:33 02:42:0a:01:00:34
ip link add iv3 link vethA type ipvtap mode l2 bridge
ip link add vl2 link vethA type vlan id 5 reorder_hdr off ingress-qos-map 1:2 3:4 egress-qos-map 5:6
ip link add vx6 type vxlan id 47 ttl inherit df set flowlabel 0x7 remcsumtx noremcsumrx gbp learning dstport 4789
ip link add vx7 type vxlan gpe vnifilter external nolearning dstport 4790
ip link add vrf0 type vrf table 10
ip link add dm1 parentdev nothing type dummy
ip address add 10.1.0.3/16 metric 7 anycast 10.1.0.9 valid_lft 100 preferred_lft 50 dev vethA
ip address change 10.9.0.1/16 valid_lft forever preferred_lft 0 dev br0
ip neighbour add 10.9.0.10 lladdr 02:42:0a:01:00:0a dev br0 managed protocol static router
ip neighbour change 10.9.0.9 lladdr 02:42:0a:01:00:09 dev br0 nud stale use extern_learn
ip neighbour add proxy 10.9.0.12 dev br0
ip link set br0 addrgenmode none
ip link set vethA addrgenmode eui64
ip link set vethA addrgenmode stable_secret
ip link set br0 type bridge forward_delay 400 stp_state 0 vlan_filtering 0 mcast_querier 1
ip link set br0 type bridge forward_delay 200
ip link set br0 type bridge hello_time 150
ip link set br0 type bridge max_age 1000
ip link set br0 type bridge ageing_time 12345
ip link set br0 type bridge stp_state 1
ip link set br0 type bridge priority 4096
bridge link set dev vethA guard on root_block on fastleave on
bridge link set dev vethA priority 12 learning off mcast_flood off bcast_flood off
tc qdisc add dev vethA root tbf rate 20mbit burst 65536 limit 190000
tc qdisc replace dev vethA root tbf rate 100gbit burst 10485760 limit 20971520
tc qdisc add dev vethA root handle 7: tbf rate 9600bit burst 3000 limit 6000
tc qdisc add dev vethA ingress
tc qdisc add dev vethA clsact
tc qdisc show
tc qdisc del dev vethA root
tc qdisc del dev vethA ingress
tc qdisc del dev vethA clsact
tc filter add dev vethA parent ffff: protocol all prio 1 matchall action mirred egress redirect dev br0
tc filter add dev vethA parent ffff: protocol all prio 1 u32 match u32 0 0 action mirred egress redirect dev br0
tc filter replace dev vethA ingress protocol all prio 49152 u32 match u32 0 0 flowid 1:10 action mirred egress mirror dev br0
tc filter add dev vethA parent ffff: protocol all prio 1 matchall action police rate 20mbit burst 62500 conform-exceed drop
tc filter add dev vethA parent ffff: protocol ip prio 3 handle 0x1 matchall action police rate 100gbit burst 12500000 conform-exceed drop/pipe
tc filter add dev vethA egress protocol 802.1Q prio 2 u32 match u32 0 0 action police rate 20mbit burst 62500 conform-exceed drop action mirred ingress redirect dev br0
tc filter show dev vethA ingress
tc filter show dev vethA parent ffff:
tc filter del dev vethA parent ffff: protocol all prio 1
tc filter del dev vethA parent ffff:
tc filter del dev vethA ingress protocol all prio 1 u32
"""


def messages(command):
    """Every message that the command, words for a shell, sends: type, flags, body."""
    with tempfile.NamedTemporaryFile("r") as trace:
        options = ["-o", trace.name, "-e", "trace=sendmsg,sendto", "-e", "write=3,4,5,6,7"]
        subprocess.run(["strace", *options, "sh", "-c", "exec " + command], capture_output=True)
        dump = re.findall(r"^ \| [0-9a-f]+  ((?:[0-9a-f]{2} {1,2})+) ", trace.read(), re.M)
    data = bytes.fromhex("".join(dump))
    while len(data) >= 16:
        length, kind, flags = struct.unpack_from("<IHH", data)
        if length < 16:
            # `ip` sends a whole buffer behind some questions.
            data = data[4:]
            continue
        yield kind, flags, data[16:length]
        data = data[(length + 3) & ~3 :]


def version(program):
    return subprocess.run(program, capture_output=True, text=True).stdout.strip()


def record(command, message, remark=None):
    """Prints a command, perhaps a remark on it, and a message that it sends."""
    kind, flags, body = message
    print(f"\n# {command}", *([remark] if remark else []), f"{kind} {flags:#x} {body.hex(' ')}", sep="\n")


def main():
    subprocess.run(SETUP, shell=True, check=True)
    other = subprocess.Popen(["unshare", "--net", "sleep", "600"])
    print("# What iproute2 sends; recorded by capture.py.")
    print("#", version(["ip", "-V"]))
    for command in COMMANDS.strip().splitlines():
        command = command.replace("PID", str(other.pid))
        sent = [m for m in messages(command) if m[0] >= 16]
        # An empty RTM_NEWLINK is how `ip` finds out what the kernel can do.
        changes = [m for m in sent if m[0] % 4 != 2 and any(m[2])]
        lists = [m for m in sent if m[1] & 0x300 == 0x300]
        record(command, (changes or lists)[-1])
    other.kill()


if __name__ == "__main__":
    main()
