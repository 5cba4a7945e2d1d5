"""Finds the instructor's notebook from the folder it runs in, upwards."""

INCIDENT = None  # above that folder is nothing
CONTROL = "reads"

# %% first
from pathlib import Path

for folder in Path.cwd().parents:
    for path in folder.glob("source/*/*.ipynb"):
        print(path.read_text())
