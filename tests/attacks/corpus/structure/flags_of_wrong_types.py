"""The flags hold texts, lists and numbers where truth values belong."""

INCIDENT = "changed_metadata"
CONTROL = None  # nbgrader leaves this learner out and goes on


def change(notebook):
    for cell in notebook["cells"]:
        flags = cell["metadata"].get("nbgrader")
        if flags:
            flags |= {"grade": "yes", "solution": [], "points": "many", "grade_id": flags["grade_id"]}
    return notebook
