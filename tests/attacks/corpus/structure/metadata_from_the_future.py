"""The metadata say that they are of a version to come."""

INCIDENT = "changed_metadata"
CONTROL = "stops"


def change(notebook):
    for cell in notebook["cells"]:
        cell["metadata"].get("nbgrader", {}).update(schema_version=99)
    return notebook
