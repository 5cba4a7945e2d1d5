"""Looks for the class through the roots of other processes."""

INCIDENT = None  # its own processes have its own root
CONTROL = "reads"

# %% first
import os

for number in filter(str.isdigit, os.listdir("/proc")):
    try:
        print(open(f"/proc/{number}/root<class>/source/tiers/tiers.ipynb").read())
        break
    except OSError:
        pass
