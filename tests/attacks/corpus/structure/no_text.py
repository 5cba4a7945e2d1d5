"""The file holds bytes that are text in no encoding."""

INCIDENT = "unreadable"
CONTROL = None  # nbgrader leaves this learner out and goes on


def change(notebook):
    return bytes(range(128, 256)) * 100
