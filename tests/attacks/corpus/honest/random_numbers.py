"""Random numbers are drawn, with a seed and without."""

# %% first
import random

import numpy as np

random.seed(1)
np.random.seed(1)
print(random.random(), np.random.default_rng().random(), np.random.rand())
