"""The file is written in UTF-16."""

INCIDENT = "repaired_file"
CONTROL = None  # nbgrader leaves this learner out and goes on

import json


def change(notebook):
    return json.dumps(notebook).encode("utf-16")
