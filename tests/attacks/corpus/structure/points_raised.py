"""Every exercise is worth a hundred times as much."""

INCIDENT = "changed_metadata"
CONTROL = None  # nbgrader takes points from its gradebook


def change(notebook):
    for cell in notebook["cells"]:
        flags = cell["metadata"].get("nbgrader", {})
        if "points" in flags:
            flags["points"] = 800
    return notebook
