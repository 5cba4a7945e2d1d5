"""The number is an array without dimensions, as some functions give it."""

# %% tiers-base-answer
import numpy as np

customer_base = np.array(RIGHT_NUMBER)
