"""The notebook is of a format from before cells stood in one list."""

INCIDENT = "repaired_file"
CONTROL = None  # nbgrader has it upgraded

import nbformat


def change(notebook):
    return nbformat.writes(nbformat.convert(nbformat.from_dict(notebook), 3), version=3).encode()
