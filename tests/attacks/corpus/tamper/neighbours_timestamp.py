"""Makes a neighbour late."""

INCIDENT = None  # there is no such folder in there
CONTROL = "writes"

# %% first
from pathlib import Path

Path("<class>/submitted/neighbour/tiers/timestamp.txt").write_text("2099-01-01 00:00:00 UTC")
