"""Lets a shell command open the connection."""

INCIDENT = None  # a command is shut in like the cell
CONTROL = "reaches"

# %% first
# !bash -c 'echo answers > /dev/tcp/127.0.0.1/OPEN_PORT'
