"""Ids and tags are a million characters long, or hold what no id may."""

INCIDENT = None  # they are replaced
CONTROL = None  # nbgrader leaves this learner out and goes on


def change(notebook):
    for number, cell in enumerate(notebook["cells"]):
        if not cell["metadata"].get("nbgrader"):
            cell["id"] = "../" * number + "x" * 100_000
            cell["metadata"]["tags"] = ["y" * 100_000, 7]
    return notebook
