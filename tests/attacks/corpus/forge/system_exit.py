"""Asks the interpreter to end, and again when it ends."""

INCIDENT = None  # the shell takes it for a wish
CONTROL = None  # the shell takes it for a wish

# %% first
import atexit
import sys

atexit.register(lambda: sys.exit(0))
sys.exit(0)
