"""Writes a verdict record of its own into the class."""

INCIDENT = None  # what it writes is in a root of its own, which nobody keeps
CONTROL = "writes"

# %% first
from pathlib import Path

folder = Path("<class>/verdicts/tiers")
folder.mkdir(parents=True)
(folder / "neighbour.json").write_text("{}")
