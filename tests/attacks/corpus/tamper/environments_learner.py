"""Tells the notebook by its environment that it is somebody else's."""

INCIDENT = None  # whose work it is was known before
CONTROL = None  # nobody asks the environment there

# %% first
import os

os.environ["LOYALTY_LEARNER"] = "neighbour"
