"""Two notebooks are handed in, none of which has the right name."""

INCIDENT = "no_notebook"
CONTROL = None  # nbgrader finds nothing and goes on

import shutil


def hand_in(folder):
    shutil.copy(folder / "tiers.ipynb", folder / "one.ipynb")
    (folder / "tiers.ipynb").rename(folder / "two.ipynb")
