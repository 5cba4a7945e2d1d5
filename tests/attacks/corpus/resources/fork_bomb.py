"""Two hundred children at once."""

INCIDENT = None  # a few come to be, and share what they hold
CONTROL = "takes"

# %% first
import os
import time

for _ in range(200):
    try:
        if not os.fork():
            time.sleep(0.7)
            os._exit(0)
    except OSError:
        break
