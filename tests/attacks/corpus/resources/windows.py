"""Asks for windows nobody can see."""

INCIDENT = None  # an ordinary error, or nothing
CONTROL = None  # so it is there

# %% first
import os

os.environ["DISPLAY"] = ":0"
import matplotlib

try:
    matplotlib.use("TkAgg")
except ImportError as error:
    print(type(error).__name__)
# %matplotlib tk
