"""A folder has the notebook's name."""

INCIDENT = "no_notebook"
CONTROL = None  # nbgrader leaves this learner out and goes on


def hand_in(folder):
    (folder / "tiers.ipynb").unlink()
    (folder / "tiers.ipynb").mkdir()
