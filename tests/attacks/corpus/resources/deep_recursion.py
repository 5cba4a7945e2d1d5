"""A function that calls itself until the stack is used up, the interpreter's own limit being set aside."""

INCIDENT = "kernel_died"
CONTROL = "gains"

# %% first
import ctypes
import sys

sys.setrecursionlimit(10**9)


class Deep:
    def __repr__(self):
        return repr([self])


repr(Deep())
ctypes.string_at(0)
