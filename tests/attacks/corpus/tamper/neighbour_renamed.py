"""Hands a neighbour's submission in under another id."""

INCIDENT = None  # there is no such folder in there
CONTROL = "writes"

# %% first
import os

os.rename("<class>/submitted/neighbour", "<class>/submitted/somebody")
