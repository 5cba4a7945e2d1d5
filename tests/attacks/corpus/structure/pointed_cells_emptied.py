"""The pointed cells hold nothing."""

INCIDENT = "changed_cell"
CONTROL = None  # nbgrader writes its own lines into them


def change(notebook):
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("points"):
            cell["source"] = ""
    return notebook
