"""The notebook has another name."""

INCIDENT = "renamed"
CONTROL = None  # nbgrader finds nothing and goes on


def hand_in(folder):
    (folder / "tiers.ipynb").rename(folder / "tiers (1).ipynb")
