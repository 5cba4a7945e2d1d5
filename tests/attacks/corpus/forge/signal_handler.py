"""A timer goes off while somebody else's code runs, and ends the process as if all had gone well."""

INCIDENT = "kernel_died"
CONTROL = "gains"

# %% first
import os
import signal

signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
signal.setitimer(signal.ITIMER_REAL, 0.001)
