"""Leaves files in every folder that others might share."""

INCIDENT = None  # each of them is its own
CONTROL = None  # where the control leaves them nobody of the class looks

# %% first
import os
import tempfile

for folder in {tempfile.gettempdir(), os.environ.get("MPLCONFIGDIR") or ".", "."}:
    open(os.path.join(folder, "fontlist-v390.json"), "w").close() if folder == "." else print(folder)
