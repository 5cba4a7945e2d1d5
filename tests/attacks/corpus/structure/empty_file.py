"""The file is empty."""

INCIDENT = "unreadable"
CONTROL = None  # nbgrader leaves this learner out and goes on


def change(notebook):
    return b""
