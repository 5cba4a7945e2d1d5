"""The function remembers its results."""

# %% tiers-lapsed-answer
from functools import cache


@cache
def lapsed(days_since_last):
    return days_since_last >= lapse_days
