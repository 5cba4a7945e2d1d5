"""Waits for a lock that it holds itself."""

INCIDENT = "timeout"
CONTROL = "stops"
SLOW = True

# %% first
import threading

lock = threading.Lock()
lock.acquire()
lock.acquire()
