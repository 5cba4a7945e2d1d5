"""The outputs that are handed in are 30 MB long."""

INCIDENT = None  # they are dropped
CONTROL = "takes"


def change(notebook):
    for cell in notebook["cells"]:
        if cell["id"] == "start":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 30_000_000}]
    return notebook
