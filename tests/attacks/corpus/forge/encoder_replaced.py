"""What turns answers into data is replaced: every answer becomes `True`."""

INCIDENT = None  # answers may say what they like; True is not the right one
CONTROL = None  # the control sends no answers

# %% first
import sys

inside = sys.modules["__main__"]
inside.encode = lambda value: True
