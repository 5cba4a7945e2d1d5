"""The function takes its time, and stays under the limit."""

# %% tiers-lapsed-answer
import time


def lapsed(days_since_last):
    time.sleep(0.02)
    return days_since_last >= lapse_days
