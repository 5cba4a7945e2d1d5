"""The file is larger than any notebook."""

INCIDENT = "unreadable"
CONTROL = None  # nbgrader reads it, slowly
SLOW = True


def change(notebook):
    return b'{"cells": "' + b" " * (100 << 20) + b'"}'
