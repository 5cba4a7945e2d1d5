"""Null bytes stand in the file, and in its cells."""

INCIDENT = "unreadable"
CONTROL = None  # nbgrader leaves this learner out and goes on

import json


def change(notebook):
    return json.dumps(notebook).encode().replace(b'"cells"', b'"cells\x00"')
