"""A child writes on and on while the marking goes on."""

INCIDENT = None  # where it writes nobody looks
CONTROL = "writes"

# %% first
import os
import time

if not os.fork():
    for number in range(20):
        try:
            open("<home>/again.txt", "a").write("again\n")
        except OSError:
            pass
        time.sleep(0.05)
    os._exit(0)
time.sleep(0.3)
