"""The notebook keeps its sources as lists of lines, as Jupyter does."""

import json


def change(notebook):
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode()
