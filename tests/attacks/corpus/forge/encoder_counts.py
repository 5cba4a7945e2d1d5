"""What turns answers into data gives another one each time it is asked."""

INCIDENT = None  # each exercise asks once for what it marks
CONTROL = None  # the control sends no answers

# %% first
import itertools
import sys

count = itertools.count(500)
sys.modules["__main__"].encode = lambda value: next(count)
