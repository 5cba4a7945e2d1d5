"""The file has two lists of cells, so that two readers may see two notebooks."""

INCIDENT = None  # one reader reads it, once, and takes the last
CONTROL = None  # nbgrader takes the last too

import json


def change(notebook):
    return b'{"cells": [], ' + json.dumps(notebook).encode().lstrip(b"{")
