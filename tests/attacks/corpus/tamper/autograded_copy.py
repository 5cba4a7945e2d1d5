"""Puts a marked copy of a neighbour's work where nbgrader keeps them."""

INCIDENT = None  # there is no such folder in there
CONTROL = "writes"

# %% first
from pathlib import Path

folder = Path("<class>/autograded/neighbour/tiers")
folder.mkdir(parents=True)
(folder / "tiers.ipynb").write_text("{}")
