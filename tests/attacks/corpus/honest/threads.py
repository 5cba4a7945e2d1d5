"""A few threads work side by side and end."""

# %% before tiers-base-answer
from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(4) as pool:
    squares = list(pool.map(lambda n: n * n, range(10)))
