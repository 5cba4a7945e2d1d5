"""Ten thousand small files."""

INCIDENT = None  # its folder holds fewer: an ordinary error
CONTROL = "takes"

# %% first
import time

for number in range(10_000):
    open(f"{number}.txt", "w").close()
time.sleep(0.2)
