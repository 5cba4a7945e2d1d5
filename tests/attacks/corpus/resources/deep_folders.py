"""Folders within folders, deeper than a path is long."""

INCIDENT = None  # its own folder only
CONTROL = None  # whoever removes it needs patience, no more

# %% first
import os

here = os.getcwd()
for _ in range(300):
    os.mkdir("deep")
    os.chdir("deep")
os.chdir(here)
