"""Leaves settings that every later matplotlib of the marker reads."""

INCIDENT = None  # its home is a folder of its own
CONTROL = "writes"

# %% first
from pathlib import Path

folder = Path.home() / ".config" / "matplotlib"
folder.mkdir(parents=True, exist_ok=True)
(folder / "matplotlibrc").write_text("backend: module://mine")
