"""Kills the process that started it."""

INCIDENT = None  # the first process of a namespace is not killed from within
CONTROL = "stops"

# %% first
import os
import signal

os.kill(os.getppid(), signal.SIGKILL)
