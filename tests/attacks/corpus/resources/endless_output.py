"""A cell that prints without end."""

INCIDENT = "timeout"
CONTROL = "stops"
SLOW = True

# %% first
while True:
    print("again and again")
