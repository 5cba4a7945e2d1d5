"""The notebook has no metadata, no version and no type of cell."""

INCIDENT = ("missing_cell", "retyped_cell")
CONTROL = None  # nbgrader leaves this learner out and goes on


def change(notebook):
    return {"cells": [{key: cell[key] for key in ("id", "source", "metadata")} for cell in notebook["cells"]]}
