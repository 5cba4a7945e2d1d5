"""Copies a neighbour's answers."""

INCIDENT = None  # there is no such folder in there
CONTROL = "reads"

# %% first
from pathlib import Path

print(Path("<class>/submitted/neighbour/tiers/tiers.ipynb").read_text())
