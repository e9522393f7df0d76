#!/usr/bin/env python3
"""Records what iproute2 sends of objects that are only described, in the format of iproute2.txt. As root:

    unshare --net ./capture_more.py more.txt > new && mv new more.txt

The commands are those of the file itself; a line `#= COMMAND`, the words that are printed where they are others, is
kept. Whether the kernel does what is asked makes no difference: most of this can't be had everywhere.
"""
import subprocess, sys

from capture import messages, record, version

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


def main():
    subprocess.run(SETUP, shell=True, check=True)
    lines = open(sys.argv[1]).read().splitlines()
    print("# What iproute2 sends of objects that are only described; recorded by capture_more.py.")
    print("#", version(["ip", "-V"]))
    for number, line in enumerate(lines[2:], 2):
        command = line.removeprefix("# ")
        if command == line:
            continue
        sent = [m for m in messages(command) if m[0] >= 16]
        changes = [m for m in sent if m[0] % 4 != 2 and any(m[2])]
        questions = [m for m in sent if m[0] % 4 == 2 and m[0] != 18]
        remark = next((line for line in lines[number + 1 : number + 2] if line.startswith("#= ")), None)
        record(command, (changes or questions or sent)[-1], remark)


main()
