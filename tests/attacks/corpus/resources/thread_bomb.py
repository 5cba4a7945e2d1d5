"""Three hundred threads at once."""

INCIDENT = None  # a few come to be
CONTROL = None  # they cost little there

# %% first
import threading
import time

for _ in range(300):
    threading.Thread(target=time.sleep, args=(0.3,), daemon=True).start()
