"""The metadata are lists, numbers and texts where mappings belong."""

INCIDENT = "changed_metadata"
CONTROL = None  # nbgrader leaves this learner out and goes on

import itertools


def change(notebook):
    wrong = itertools.cycle([["list"], "text", 7, None, True])
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] = next(wrong)
    return notebook
