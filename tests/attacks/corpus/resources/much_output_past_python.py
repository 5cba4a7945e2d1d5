"""A command prints 20 MB."""

INCIDENT = None  # what is too much is cut off
CONTROL = None  # the control does not listen to it

# %% first
import os

for _ in range(20):
    try:
        os.write(1, b"x" * 1_000_000)
    except OSError:
        break
