"""Writes 50 MB."""

INCIDENT = None  # its folder is small: an ordinary error
CONTROL = "takes"

# %% first
import time

for number in range(10):
    with open(f"{number}.bin", "wb") as file:
        file.write(bytes(5 << 20))
time.sleep(0.2)
