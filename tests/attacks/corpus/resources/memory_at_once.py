"""Asks for much more memory than there is, and uses none of it."""

INCIDENT = None  # it is refused: an ordinary error
CONTROL = None  # what nobody uses costs nothing

# %% first
import mmap

mmap.mmap(-1, 1 << 46)
