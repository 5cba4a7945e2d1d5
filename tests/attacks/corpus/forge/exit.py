"""The process ends as if all had gone well."""

INCIDENT = "kernel_died"
CONTROL = "gains"

# %% first
import os

os._exit(0)
