"""The file ends in the middle."""

INCIDENT = "unreadable"
CONTROL = None  # nbgrader leaves this learner out and goes on

import json


def change(notebook):
    return json.dumps(notebook).encode()[:-40]
