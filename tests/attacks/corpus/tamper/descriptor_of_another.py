"""Writes into a file that another process has open, by its descriptor."""

INCIDENT = None  # it sees its own processes only
CONTROL = "reads"

# %% first
import os

for number in filter(str.isdigit, os.listdir("/proc")):
    try:
        print(open(f"/proc/{number}/cwd<class>/gradebook.db").read(), open(f"/proc/{number}/environ").read())
    except (OSError, UnicodeDecodeError):
        try:
            print(open(f"/proc/{number}/environ").read())
        except OSError:
            pass
