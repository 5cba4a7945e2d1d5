"""Libraries and the function itself warn."""

# %% tiers-lapsed-answer
import warnings

import numpy as np

np.array([1.0]) / 0


def lapsed(days_since_last):
    warnings.warn("an old way to compare", DeprecationWarning, stacklevel=2)
    return days_since_last >= lapse_days
