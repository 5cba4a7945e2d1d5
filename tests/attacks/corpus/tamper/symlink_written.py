"""Makes a link to the gradebook and writes through it."""

INCIDENT = None  # where the link leads nothing is
CONTROL = "writes"

# %% first
import os

os.symlink("<class>/gradebook.db", "mine.db")
with open("mine.db", "r+b") as file:
    file.write(b"damaged!")
