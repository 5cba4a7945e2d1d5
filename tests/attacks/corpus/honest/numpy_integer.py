"""The number is NumPy's own kind of whole number."""

# %% tiers-base-answer
import numpy as np

customer_base = np.int64(RIGHT_NUMBER)
