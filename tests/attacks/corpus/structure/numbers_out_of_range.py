"""Counts are not numbers, or larger than any."""

INCIDENT = None  # they are written anew
CONTROL = None  # nbgrader leaves this learner out and goes on

import json


def change(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] = float("inf")
    text = json.dumps(notebook).replace('"nbformat": 4', f'"nbformat": {"9" * 4000}')
    return text.encode()
