"""The interpreter itself is made to crash."""

INCIDENT = "kernel_died"
CONTROL = "gains"

# %% first
import ctypes

ctypes.string_at(0)
