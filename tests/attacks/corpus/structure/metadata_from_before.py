"""The metadata say that they are of a version long gone."""

INCIDENT = "changed_metadata"
CONTROL = "stops"


def change(notebook):
    for cell in notebook["cells"]:
        cell["metadata"].get("nbgrader", {}).update(schema_version=1)
    return notebook
