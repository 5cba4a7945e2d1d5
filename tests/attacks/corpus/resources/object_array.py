"""The answer is an array of objects, one of which is the array."""

INCIDENT = None  # it is no plain answer
CONTROL = "gains"

# %% tiers-base-answer
import numpy as np

customer_base = np.empty(2, dtype=object)
customer_base[0] = customer_base
customer_base[1] = lambda: 1
