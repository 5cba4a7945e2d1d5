"""The pointed cells are text."""

INCIDENT = "retyped_cell"
CONTROL = None  # nbgrader gives them back their type


def change(notebook):
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("points"):
            cell["cell_type"] = "markdown"
            del cell["outputs"], cell["execution_count"]
    return notebook
