"""Five children take 70 MB each and keep it."""

INCIDENT = "too_much_memory"
CONTROL = "takes"

# %% first
import os
import time

for _ in range(5):
    if not os.fork():
        kept = bytearray(os.urandom(1 << 20) * 70)
        time.sleep(1.5)
        os._exit(0)
time.sleep(2)
