#!/usr/bin/env python3
"""Records the transaction that nft sends for ruleset.nft, in the format of nft.txt. As root:

    unshare --net ./capture_nft.py > nft.txt

Each line of ruleset.nft is one message: the line, then type, flags, and all that follows the message's header.
"""
import shlex
from pathlib import Path

from capture import messages, record, version

RULESET = Path(__file__).with_name("ruleset.nft")

sent = list(messages(f"nft -f {shlex.quote(str(RULESET))}"))
begin = max(place for place, (kind, _, _) in enumerate(sent) if kind == 0x10)
sent = sent[begin + 1 : -1]
lines = RULESET.read_text().splitlines()
assert len(sent) == len(lines), (len(sent), len(lines))
print("# What nft sends for ruleset.nft; recorded by capture_nft.py.")
print("#", version(["nft", "-v"]))
for line, message in zip(lines, sent):
    record(line, message)
