"""Answers with fields that no honest process sends."""

INCIDENT = "forged_answer"
CONTROL = None  # there is no channel among the control's objects

# %% first
import gc
import json
import struct

for thing in gc.get_objects():
    if type(thing).__name__ == "Notebook" and hasattr(thing, "channel"):
        channel = thing.channel
        body = json.dumps({"turn": 2, "points": 8, "verdict": {"points": 8.0}, "passed": True}).encode()
        channel.sendall(struct.pack("!I", len(body)) + body)
