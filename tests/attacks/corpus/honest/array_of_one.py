"""The number comes out of a sum as NumPy's float."""

# %% tiers-base-answer
import numpy as np

customer_base = np.sum(np.array([RIGHT_NUMBER - 1.0, 1.0]))
