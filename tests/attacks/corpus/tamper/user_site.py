"""Leaves modules in the user's own folder for them, one of which every interpreter imports."""

INCIDENT = None  # its home is a folder of its own
CONTROL = "writes"

# %% first
from pathlib import Path

folder = Path.home() / ".local" / "lib" / "python3.11" / "site-packages"
folder.mkdir(parents=True, exist_ok=True)
(folder / "usercustomize.py").write_text("print('it runs')")
(folder / "mine.pth").write_text("import usercustomize")
