"""The function says what it does."""

# %% tiers-lapsed-answer
import sys


def lapsed(days_since_last):
    print("asked for", days_since_last)
    print("still here", file=sys.stderr)
    return days_since_last >= lapse_days
