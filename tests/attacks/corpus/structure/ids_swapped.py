"""The ids of two pointed cells are exchanged."""

INCIDENT = "changed_metadata"
CONTROL = None  # each cell is then the other, and as blank


def change(notebook):
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    one, other = (cells[name]["metadata"]["nbgrader"] for name in ("tiers-base", "tiers-quiz_ladder"))
    one["grade_id"], other["grade_id"] = other["grade_id"], one["grade_id"]
    return notebook
