"""Waits for a line of standard input."""

INCIDENT = None  # it is empty
CONTROL = None  # it is empty there too

# %% first
import sys

print(repr(sys.stdin.readline() if sys.stdin else ""))
