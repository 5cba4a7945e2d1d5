"""A cell of one's own has a pointed cell's line and an id that is made up."""

INCIDENT = None  # a cell nobody released has no marks
CONTROL = None  # nbgrader does not know the id

LINE = '__import__("autograders.marking").marking.mark("tiers-base")'


def change(notebook):
    flags = {"grade": True, "grade_id": "tiers-bonus", "points": 100, "locked": True, "solution": False}
    flags |= {"schema_version": 3, "task": False}
    own = {"cell_type": "code", "metadata": {"nbgrader": flags}, "outputs": [], "execution_count": None, "id": "bonus"}
    notebook["cells"].append(own | {"source": LINE})
    return notebook
