"""The file begins with a byte order mark."""

INCIDENT = "repaired_file"
CONTROL = None  # nbgrader leaves this learner out and goes on

import json


def change(notebook):
    return b"\xef\xbb\xbf" + json.dumps(notebook).encode()
