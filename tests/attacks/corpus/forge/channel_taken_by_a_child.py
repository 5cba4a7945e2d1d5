"""A child of the notebook's goes on serving the channel when the notebook has ended."""

INCIDENT = "kernel_died"
CONTROL = "gains"

# %% first
import os

if os.fork():
    os._exit(0)
