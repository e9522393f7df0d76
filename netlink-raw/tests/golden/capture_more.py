#!/usr/bin/env python3
"""Records what iproute2 sends of objects that are only described, in the format of iproute2.txt. As root:

    unshare --net ./capture_more.py more.txt > new && mv new more.txt

The commands are those of the file itself; a line `#= COMMAND`, the words that are printed where they are others, is
kept. Whether the kernel does what is asked makes no difference: most of this can't be had everywhere.
"""
import re, struct, subprocess, sys, tempfile

SETUP = """
ip link add br0 index 2 type bridge
ip link set br0 up
ip link set lo up
ip link add vethA index 10 type veth peer name vethB index 11
ip link set vethA up
ip link set vethA master br0
ip address add 10.9.0.1/16 dev br0
ip -6 address add fd00::7/64 dev br0 nodad
"""


def messages(command):
    """Every message that the command sends: type, flags, body."""
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


def main():
    subprocess.run(SETUP, shell=True, check=True)
    lines = open(sys.argv[1]).read().splitlines()
    print("# What iproute2 sends of objects that are only described; recorded by capture_more.py.")
    print("#", subprocess.run(["ip", "-V"], capture_output=True, text=True).stdout.strip())
    for number, line in enumerate(lines[2:], 2):
        command = line.removeprefix("# ")
        if command == line:
            continue
        sent = [m for m in messages(command) if m[0] >= 16]
        changes = [m for m in sent if m[0] % 4 != 2 and any(m[2])]
        questions = [m for m in sent if m[0] % 4 == 2 and m[0] != 18]
        kind, flags, body = (changes or questions or sent)[-1]
        print(f"\n# {command}")
        if number + 1 < len(lines) and lines[number + 1].startswith("#= "):
            print(lines[number + 1])
        print(f"{kind} {flags:#x} {body.hex(' ')}")


main()
