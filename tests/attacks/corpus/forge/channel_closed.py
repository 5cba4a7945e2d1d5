"""Closes the channel by which it is asked."""

INCIDENT = "kernel_died"
CONTROL = "gains"

# %% first
import os

os.closerange(3, 256)
