"""Something is left to be done when the interpreter ends."""

INCIDENT = None  # it ends at once
CONTROL = None  # the control ends its children at once as well

# %% first
import atexit

atexit.register(lambda: open("<home>/late.txt", "w").close())
