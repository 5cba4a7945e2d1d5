"""The pointed cells hold full points instead of the hidden line."""

INCIDENT = "changed_cell"
CONTROL = None  # nbgrader writes its own lines into them


def change(notebook):
    for cell in notebook["cells"]:
        flags = cell["metadata"].get("nbgrader", {})
        if flags.get("points"):
            cell["source"] = str(float(flags["points"]))
    return notebook
