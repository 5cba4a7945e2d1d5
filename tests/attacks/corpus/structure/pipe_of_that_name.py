"""A pipe has the notebook's name, which whoever opens it waits for without end."""

INCIDENT = "no_notebook"
CONTROL = "stops"

import os


def hand_in(folder):
    (folder / "tiers.ipynb").unlink()
    os.mkfifo(folder / "tiers.ipynb")
