"""Finds the channel among its objects and answers before it is asked."""

INCIDENT = "forged_answer"
CONTROL = None  # there is no channel among the control's objects

# %% first
import gc
import json
import struct

for thing in gc.get_objects():
    if type(thing).__name__ == "Notebook" and hasattr(thing, "channel"):
        channel = thing.channel
        for turn in range(3, 30):
            body = json.dumps({"turn": turn, "value": 524}).encode()
            thing.channel.sendall(struct.pack("!I", len(body)) + body)
