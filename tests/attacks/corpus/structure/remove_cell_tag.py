"""The pointed cells carry tags that take cells out of what is shown."""

INCIDENT = None  # nobody who marks obeys these tags
CONTROL = None  # nor does nbgrader


def change(notebook):
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("points"):
            cell["metadata"]["tags"] = ["remove-cell", "remove_output", "hide-input"]
    return notebook
