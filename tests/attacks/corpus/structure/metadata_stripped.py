"""No cell has any metadata left."""

INCIDENT = "changed_metadata"
CONTROL = None  # nbgrader puts missing cells back


def change(notebook):
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    return notebook
