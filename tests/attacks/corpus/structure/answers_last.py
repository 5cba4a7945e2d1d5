"""The answers stand behind all pointed cells."""

INCIDENT = None  # the pointed cells follow them
CONTROL = None  # there the names are missing


def change(notebook):
    notebook["cells"].sort(key=lambda cell: cell["id"].endswith("-answer"))
    return notebook
