"""Lets a shell wait."""

INCIDENT = "timeout"
CONTROL = "stops"
SLOW = True

# %% first
# !sleep 60
