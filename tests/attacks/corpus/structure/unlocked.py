"""Nothing is locked, and the pointed cells hold points."""

INCIDENT = "changed_metadata"
CONTROL = None  # nbgrader takes that from its gradebook


def change(notebook):
    for cell in notebook["cells"]:
        cell["metadata"].get("nbgrader", {}).update(locked=False)
    return notebook
