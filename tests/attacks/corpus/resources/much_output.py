"""Prints 20 MB."""

INCIDENT = None  # what is too much is cut off
CONTROL = None  # it is cut off there too: the shell is the same

# %% first
for _ in range(20):
    print("x" * 1_000_000)
