"""The answer is an array of five million zeros that takes no memory."""

INCIDENT = None  # it is too large to be one
CONTROL = None  # it is wrong

# %% tiers-base-answer
import numpy as np

customer_base = np.broadcast_to(np.zeros(1), (5_000_000,))
