"""Nothing is handed in but an empty folder."""

INCIDENT = "no_notebook"
CONTROL = None  # nbgrader finds nothing and goes on


def hand_in(folder):
    (folder / "tiers.ipynb").unlink()
