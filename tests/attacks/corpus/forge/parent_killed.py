"""Kills the process that started it."""

INCIDENT = "kernel_died"
CONTROL = "stops"

# %% first
import os
import signal

os.kill(os.getppid(), signal.SIGKILL)
