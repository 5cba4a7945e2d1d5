"""Cells bring fields and attachments along that nobody asked for."""

INCIDENT = None  # they are dropped
CONTROL = None  # nbgrader leaves this learner out and goes on


def change(notebook):
    for cell in notebook["cells"]:
        cell["attachments"] = {"../x.png": {"image/png": "AAAA"}}
        cell["own"] = {"grade": True}
    return notebook
