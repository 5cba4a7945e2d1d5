"""The answer cells are missing."""

INCIDENT = "missing_cell"
CONTROL = None  # what is not there cannot be right


def change(notebook):
    notebook["cells"] = [c for c in notebook["cells"] if not c["id"].endswith("-answer")]
    return notebook
