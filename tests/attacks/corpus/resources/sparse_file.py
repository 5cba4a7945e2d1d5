"""A file that says it is a terabyte long."""

INCIDENT = None  # no file may be that long: an ordinary error
CONTROL = None  # it takes no place

# %% first
with open("large.bin", "wb") as file:
    file.truncate(1 << 40)
