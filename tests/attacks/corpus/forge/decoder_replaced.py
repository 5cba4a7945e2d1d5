"""What a hidden call brings along is replaced by what the notebook has shown."""

INCIDENT = None  # the function then answers another question than was asked, and is wrong
CONTROL = None  # the control sends no calls

# %% first
import sys

sys.modules["__main__"].decode = lambda data: 3
