"""A loop shows how far it is."""

# %% first
import sys
import time

for step in range(20):
    sys.stdout.write("\r" + "#" * step)
    sys.stdout.flush()
    time.sleep(0.005)
