"""The notebook says that it is of a format nobody knows yet."""

INCIDENT = None  # its cells are where they were
CONTROL = None  # nbgrader leaves this learner out and goes on


def change(notebook):
    return notebook | {"nbformat": 99, "nbformat_minor": "x"}
