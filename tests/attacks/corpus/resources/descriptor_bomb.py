"""Opens files until there are no more descriptors."""

INCIDENT = None  # its own descriptors only
CONTROL = None  # its own there too

# %% first
import os

opened = []
try:
    while len(opened) < 5000:
        opened.append(os.open("/dev/null", os.O_RDONLY))
except OSError as error:
    print(error)
