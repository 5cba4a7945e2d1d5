"""The pointed cells are missing."""

INCIDENT = "missing_cell"
CONTROL = None  # nbgrader puts them back when it is told to, as here


def change(notebook):
    notebook["cells"] = [c for c in notebook["cells"] if not c["metadata"].get("nbgrader", {}).get("points")]
    return notebook
