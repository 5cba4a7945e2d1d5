"""The pointed cells say that they are none."""

INCIDENT = "changed_metadata"
CONTROL = None  # nbgrader puts the missing ones back


def change(notebook):
    for cell in notebook["cells"]:
        flags = cell["metadata"].get("nbgrader", {})
        if flags.get("points"):
            flags |= {"grade": False, "locked": False, "points": 0}
    return notebook
