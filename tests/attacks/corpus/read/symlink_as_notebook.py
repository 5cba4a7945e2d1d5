"""The notebook that is handed in is a link to the instructor's."""

INCIDENT = "no_notebook"
CONTROL = "gains"


def hand_in(folder):
    notebook = folder / "tiers.ipynb"
    notebook.unlink()
    notebook.symlink_to(folder.parents[2] / "source" / "tiers" / "tiers.ipynb")
