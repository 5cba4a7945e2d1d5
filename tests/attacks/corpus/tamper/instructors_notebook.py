"""Takes the asserts out of the instructor's notebook."""

INCIDENT = None  # there is no such file in there
CONTROL = "writes"

# %% first
from pathlib import Path

path = Path("<class>/source/tiers/tiers.ipynb")
path.write_text(path.read_text().replace("mark(", "str("))
