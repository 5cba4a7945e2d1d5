"""No cell is left."""

INCIDENT = "missing_cell"
CONTROL = None  # all of them come back


def change(notebook):
    return notebook | {"cells": []}
