"""Options of libraries are changed for the whole notebook."""

# %% first
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

pd.set_option("display.max_rows", 5)
np.set_printoptions(precision=2)
plt.style.use("ggplot")
