"""Leaves a file that every later IPython of the marker runs first."""

INCIDENT = None  # its home is a folder of its own
CONTROL = "writes"

# %% first
from pathlib import Path

for home in (Path.home(), Path("<home>")):
    try:
        folder = home / ".ipython" / "profile_default" / "startup"
        folder.mkdir(parents=True)
        (folder / "00.py").write_text("print('it runs')")
    except OSError:
        pass
