"""A cell is there twice, id and all: what a copy and paste leaves."""

INCIDENT = "duplicate_cell"
CONTROL = None  # nbgrader keeps the last

import copy


def change(notebook):
    notebook["cells"] += [copy.deepcopy(cell) for cell in notebook["cells"] if cell["id"] == "tiers-base"]
    return notebook
