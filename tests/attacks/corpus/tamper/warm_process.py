"""Changes what the next notebook finds: modules, builtins, defaults of libraries."""

INCIDENT = None  # the next notebook has a process of its own
CONTROL = None  # so it has there

# %% first
import builtins
import statistics

import matplotlib
import pandas as pd

builtins.sorted = builtins.reversed
statistics.median = lambda values: 0
pd.Series.value_counts = None
matplotlib.rcParams["figure.figsize"] = (1000, 1000)
pd.set_option("mode.copy_on_write", False)
