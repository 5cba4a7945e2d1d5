"""An exercise is worth less than nothing."""

INCIDENT = "changed_metadata"
CONTROL = None  # nbgrader takes points from its gradebook


def change(notebook):
    for cell in notebook["cells"]:
        flags = cell["metadata"].get("nbgrader", {})
        if flags.get("points"):
            flags["points"] = -1e308
    return notebook
