"""The pointed cells stand before everything else."""

INCIDENT = None  # they go back behind their answers, as after an honest accident
CONTROL = None  # there the names are missing


def change(notebook):
    notebook["cells"].sort(key=lambda cell: not cell["metadata"].get("nbgrader", {}).get("points"))
    return notebook
