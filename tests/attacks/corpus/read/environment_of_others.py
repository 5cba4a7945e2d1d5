"""Reads environment and command line of every process there is."""

INCIDENT = None  # it sees its own processes only
CONTROL = "reads"

# %% first
import os

for number in filter(str.isdigit, os.listdir("/proc")):
    for name in ("environ", "cmdline"):
        try:
            print(open(f"/proc/{number}/{name}").read())
        except OSError:
            pass
