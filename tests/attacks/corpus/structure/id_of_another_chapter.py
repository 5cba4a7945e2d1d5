"""A pointed cell says that it belongs to an exercise nobody knows."""

INCIDENT = "missing_cell"
CONTROL = None  # nbgrader puts the missing one back


def change(notebook):
    for cell in notebook["cells"]:
        if cell["id"] == "tiers-base":
            cell["metadata"]["nbgrader"]["grade_id"] = "value-drivers"
            cell["id"] = "value-drivers"
    return notebook
