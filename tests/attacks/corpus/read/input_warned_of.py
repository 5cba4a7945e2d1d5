"""The function warns of what it is called with, on standard error."""

INCIDENT = None  # what a hidden call prints is thrown away
CONTROL = "reads"

# %% tiers-lapsed-answer
import sys


def lapsed(days_since_last):
    print("hidden input:", days_since_last, file=sys.stderr)
