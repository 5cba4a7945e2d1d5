"""A cell's metadata are nested nine hundred deep."""

INCIDENT = "unreadable"
CONTROL = None  # nbgrader leaves this learner out and goes on


def change(notebook):
    deep = {}
    for _ in range(450):
        deep = {"a": [deep]}
    notebook["cells"][0]["metadata"]["deep"] = deep
    return notebook
