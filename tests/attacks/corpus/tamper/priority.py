"""Makes everybody else slower, as far as it may."""

INCIDENT = None  # it has no such right
CONTROL = None  # it only looks whether it could

# %% first
import os

try:
    os.setpriority(os.PRIO_PGRP, 0, 5)
except OSError as error:
    print(error)
