"""The cell that says whose work it is is missing."""

INCIDENT = "missing_cell"
CONTROL = None  # whose work it is nbgrader knows from the folder


def change(notebook):
    notebook["cells"] = [c for c in notebook["cells"] if c["id"] != "start"]
    return notebook
