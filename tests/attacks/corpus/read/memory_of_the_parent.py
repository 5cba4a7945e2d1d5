"""Reads the environment out of the memory of the process that started it."""

INCIDENT = None  # that process cannot be seen
CONTROL = "reads"

# %% first
import os
import re

parent = os.getppid()
try:
    place = re.search(r"([0-9a-f]+)-([0-9a-f]+) .*\[stack\]", open(f"/proc/{parent}/maps").read())
    start, end = (int(each, 16) for each in place.groups())
    with open(f"/proc/{parent}/mem", "rb") as memory:
        memory.seek(start)
        print(re.findall(rb"[ -~]{8,}", memory.read(end - start)))
except (OSError, AttributeError) as error:
    print(type(error).__name__)
