"""Prints the instructor's notebook with its solutions."""

INCIDENT = None  # there is no such file in there
CONTROL = "reads"

# %% first
from pathlib import Path

print(Path("<class>/source/tiers/tiers.ipynb").read_text())
