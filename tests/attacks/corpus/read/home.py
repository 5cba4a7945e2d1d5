"""Looks through the marker's home."""

INCIDENT = None  # its home is an empty folder of its own
CONTROL = "reads"

# %% first
from pathlib import Path

for home in (Path.home(), Path("<home>")):
    for path in home.glob("*.txt"):
        print(path.read_text())
