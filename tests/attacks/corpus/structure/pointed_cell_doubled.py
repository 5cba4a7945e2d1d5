"""A second cell with a pointed cell's id holds a number."""

INCIDENT = "duplicate_cell"
CONTROL = None  # of cells with one id nbgrader keeps the last, and writes its own lines into it

import copy


def change(notebook):
    place = next(i for i, cell in enumerate(notebook["cells"]) if cell["id"] == "tiers-base")
    notebook["cells"].insert(place, copy.deepcopy(notebook["cells"][place]) | {"source": "8.0", "id": "again"})
    return notebook
