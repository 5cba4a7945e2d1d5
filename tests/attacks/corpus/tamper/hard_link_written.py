"""Makes a second name for the gradebook and writes under that."""

INCIDENT = None  # there is no such file in there
CONTROL = "writes"

# %% first
import os

os.link("<class>/gradebook.db", "mine.db")
with open("mine.db", "r+b") as file:
    file.write(b"damaged!")
