"""The cells are a mapping."""

INCIDENT = "unreadable"
CONTROL = None  # nbgrader leaves this learner out and goes on


def change(notebook):
    return notebook | {"cells": {"0": notebook["cells"][0]}}
