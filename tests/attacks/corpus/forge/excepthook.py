"""The interpreter's last handler of exceptions is replaced."""

INCIDENT = None  # its own process only
CONTROL = None  # IPython does not ask it

# %% first
import sys

sys.excepthook = sys.unraisablehook = lambda *_: None
