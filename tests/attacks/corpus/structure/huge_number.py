"""A number has more digits than a computer reads."""

INCIDENT = "unreadable"
CONTROL = None  # nbgrader leaves this learner out and goes on

import json


def change(notebook):
    return json.dumps(notebook).replace('"nbformat": 4', f'"nbformat": {"9" * 10_000}').encode()
