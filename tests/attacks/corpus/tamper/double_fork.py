"""A grandchild in a session of its own waits until the marking is over, and writes then."""

INCIDENT = None  # it ends with its notebook
CONTROL = "writes"
WAIT = 0.8

# %% first
import os
import time

if not os.fork():
    os.setsid()
    if os.fork():
        os._exit(0)
    time.sleep(0.5)
    try:
        open("<class>/submitted/neighbour/tiers/late.txt", "w").close()
    finally:
        os._exit(0)
