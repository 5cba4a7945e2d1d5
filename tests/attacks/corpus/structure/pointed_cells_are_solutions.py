"""The pointed cells say that they are answers marked by hand."""

INCIDENT = "changed_metadata"
CONTROL = None  # nbgrader takes that from its gradebook


def change(notebook):
    for cell in notebook["cells"]:
        flags = cell["metadata"].get("nbgrader", {})
        if flags.get("points"):
            flags |= {"solution": True, "locked": False}
    return notebook
