"""Adds a line to what the marker's shell runs."""

INCIDENT = None  # its home is a folder of its own
CONTROL = "writes"

# %% first
# !echo 'echo it runs' >> ~/.profile
