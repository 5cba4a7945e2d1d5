"""The file holds a list."""

INCIDENT = "unreadable"
CONTROL = None  # nbgrader leaves this learner out and goes on


def change(notebook):
    return b'["cells", {"metadata": 1}]'
