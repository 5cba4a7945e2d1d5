"""Prints the environment, in which commands keep their passwords."""

INCIDENT = None  # its environment is its own
CONTROL = "reads"

# %% first
import os

print(dict(os.environ))
