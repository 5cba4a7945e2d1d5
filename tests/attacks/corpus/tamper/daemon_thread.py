"""A thread waits until the marking is over."""

INCIDENT = None  # it ends with its process
CONTROL = None  # it ends with its process there too
WAIT = 0.5

# %% first
import threading
import time


def later():
    time.sleep(1.5)
    open("<home>/late.txt", "w").close()


threading.Thread(target=later, daemon=True).start()
