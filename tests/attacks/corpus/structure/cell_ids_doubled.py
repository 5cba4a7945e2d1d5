"""All cells have the same id of their own."""

INCIDENT = None  # an id is given anew where it is taken
CONTROL = None  # nbgrader goes by its own ids


def change(notebook):
    for cell in notebook["cells"]:
        cell["id"] = "same"
    return notebook
