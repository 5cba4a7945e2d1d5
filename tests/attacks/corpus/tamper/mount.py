"""Puts an empty folder over the class."""

INCIDENT = None  # the call is refused
CONTROL = None  # on a whole machine it is not tried: only whether the call is there

# %% first
import ctypes

libc = ctypes.CDLL(None)
print(libc.umount2(b"/no/such/place", 0))
