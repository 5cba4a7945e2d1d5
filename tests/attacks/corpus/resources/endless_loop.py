"""A cell that never ends."""

INCIDENT = "timeout"
CONTROL = "stops"
SLOW = True

# %% first
while True:
    pass
