"""The pointed cell is in two parts, one of which gives points."""

INCIDENT = ("changed_cell", "duplicate_cell")
CONTROL = None  # nbgrader keeps the last part and writes its own lines into it

import copy


def change(notebook):
    place = next(i for i, cell in enumerate(notebook["cells"]) if cell["id"] == "tiers-base")
    part = copy.deepcopy(notebook["cells"][place]) | {"source": "8.0", "id": "part"}
    notebook["cells"].insert(place + 1, part)
    return notebook
