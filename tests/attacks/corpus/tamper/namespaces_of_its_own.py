"""Asks for a namespace of its own, to be somebody with rights there."""

INCIDENT = None  # the call is refused
CONTROL = None  # rights over a namespace of its own harm nobody there

# %% first
import ctypes

print(ctypes.CDLL(None).unshare(0x10000000 | 0x00020000))
