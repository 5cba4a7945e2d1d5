"""A pattern that takes ages to find out that it does not fit."""

INCIDENT = "timeout"
CONTROL = "stops"
SLOW = True

# %% first
import re

re.match(r"(a+)+$", "a" * 60 + "b")
