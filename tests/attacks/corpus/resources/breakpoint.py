"""Stops at a breakpoint."""

INCIDENT = None  # standard input is empty, so it goes on
CONTROL = None  # there too

# %% first
breakpoint()
print("on")
