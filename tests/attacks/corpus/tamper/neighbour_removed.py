"""Removes a neighbour's submission."""

INCIDENT = None  # there is no such folder in there
CONTROL = "writes"

# %% first
import os

os.remove("<class>/submitted/neighbour/tiers/tiers.ipynb")
