"""Two hundred children at once."""

INCIDENT = "too_much_memory"  # a few come to be, each counted whole
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
