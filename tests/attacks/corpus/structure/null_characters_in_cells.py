"""A cell's source holds null characters."""

INCIDENT = None  # the cell has a syntax error
CONTROL = None  # so it has there


def change(notebook):
    for cell in notebook["cells"]:
        if cell["id"].endswith("-answer"):
            cell["source"] = "print(1)\0" + cell["source"]
    return notebook
