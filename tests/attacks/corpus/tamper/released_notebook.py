"""Changes the notebook that others will fetch."""

INCIDENT = None  # there is no such file in there
CONTROL = "writes"

# %% first
from pathlib import Path

Path("<class>/release/tiers/tiers.ipynb").write_text("{}")
