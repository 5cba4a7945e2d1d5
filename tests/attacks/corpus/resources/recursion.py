"""A function that calls itself without end."""

INCIDENT = None  # an ordinary error
CONTROL = None  # an ordinary error

# %% tiers-lapsed-answer
import sys

sys.setrecursionlimit(300)


def lapsed(days_since_last):
    return lapsed(days_since_last + 1)
