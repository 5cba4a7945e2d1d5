"""The function is one of NumPy's, and gives NumPy's truth values."""

# %% tiers-lapsed-answer
import numpy as np


def lapsed(days_since_last):
    return np.greater_equal(days_since_last, lapse_days)
