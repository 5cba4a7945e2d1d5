"""Leaves its root as one leaves a plain chroot: by another one."""

INCIDENT = None  # the call is refused
CONTROL = "reads"

# %% first
import os

try:
    os.mkdir("below")
    os.chroot("below")
    for _ in range(40):
        os.chdir("..")
    os.chroot(".")
except OSError as error:
    print(error)
print(open("<class>/source/tiers/tiers.ipynb").read())
