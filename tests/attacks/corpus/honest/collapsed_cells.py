"""Cells were folded, coloured and tagged in the editor."""


def change(notebook):
    for cell in notebook["cells"]:
        cell["metadata"] |= {"collapsed": True, "jupyter": {"source_hidden": True}, "scrolled": False, "slideshow": {}}
        cell["metadata"]["tags"] = [*cell["metadata"].get("tags", []), "mine"]
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    return notebook
