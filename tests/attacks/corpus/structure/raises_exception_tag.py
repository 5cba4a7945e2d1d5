"""The pointed cells carry the tag that makes an error an expected one."""

INCIDENT = None  # an error is no verdict, expected or not
CONTROL = None  # nbgrader counts the error all the same


def change(notebook):
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("points"):
            cell["metadata"]["tags"] = ["raises-exception"]
    return notebook
