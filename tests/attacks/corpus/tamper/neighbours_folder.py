"""Writes another notebook over a neighbour's."""

INCIDENT = None  # there is no such folder in there
CONTROL = "writes"

# %% first
from pathlib import Path

Path("<class>/submitted/neighbour/tiers/tiers.ipynb").write_text("{}")
