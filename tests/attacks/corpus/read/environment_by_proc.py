"""Reads the environment the process was started with."""

INCIDENT = None  # it was started with an empty one
CONTROL = "reads"

# %% first
print(open("/proc/self/environ").read())
