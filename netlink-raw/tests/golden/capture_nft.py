#!/usr/bin/env python3
"""Records the transaction that nft sends for ruleset.nft, in the format of nft.txt. As root:

    unshare --net ./capture_nft.py > nft.txt

Each line of ruleset.nft is one message: the line, then type, flags, and all that follows the message's header.
"""
import re, struct, subprocess, sys, tempfile
from pathlib import Path

RULESET = Path(__file__).with_name("ruleset.nft")

with tempfile.NamedTemporaryFile("r") as trace:
    options = ["-o", trace.name, "-e", "trace=sendmsg,sendto", "-e", "write=3,4,5,6,7"]
    subprocess.run(["strace", *options, "nft", "-f", RULESET], check=True)
    dump = re.findall(r"^ \| [0-9a-f]+  ((?:[0-9a-f]{2} {1,2})+) ", trace.read(), re.M)
data = bytes.fromhex("".join(dump))
sent = []
while len(data) >= 16:
    length, kind, flags = struct.unpack_from("<IHH", data)
    sent.append((kind, flags, data[16:length]))
    data = data[(length + 3) & ~3 :]
begin = max(place for place, (kind, _, _) in enumerate(sent) if kind == 0x10)
sent = sent[begin + 1 : -1]
lines = RULESET.read_text().splitlines()
assert len(sent) == len(lines), (len(sent), len(lines))
print("# What nft sends for ruleset.nft; recorded by capture_nft.py.")
print("#", subprocess.run(["nft", "-v"], capture_output=True, text=True).stdout.strip())
for line, (kind, flags, body) in zip(lines, sent):
    print(f"\n# {line}\n{kind} {flags:#x} {body.hex(' ')}")
