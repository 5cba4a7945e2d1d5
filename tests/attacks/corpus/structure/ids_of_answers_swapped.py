"""An answer has a pointed cell's id, and the pointed cell has the answer's."""

INCIDENT = ("changed_cell", "changed_metadata")
CONTROL = None  # nbgrader writes its own lines into whatever has the id


def change(notebook):
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    one, other = (cells[name]["metadata"]["nbgrader"] for name in ("tiers-base", "tiers-base-answer"))
    one["grade_id"], other["grade_id"] = other["grade_id"], one["grade_id"]
    return notebook
