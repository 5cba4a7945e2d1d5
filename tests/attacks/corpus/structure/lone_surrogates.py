"""Sources, ids and names hold halves of characters that no file can hold."""

INCIDENT = None  # they are replaced
CONTROL = None  # nbgrader leaves this learner out and goes on

import json


def change(notebook):
    for cell in notebook["cells"]:
        if not cell["metadata"].get("nbgrader"):
            cell["source"] += "\n# \ud800"
            cell["metadata"]["name"] = "\udfff"
    return json.dumps(notebook).encode()
