"""Answer and pointed cell are one."""

INCIDENT = ("changed_cell", "changed_metadata", "missing_cell")
CONTROL = None  # nbgrader writes its own lines over it


def change(notebook):
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    cells["tiers-base"]["source"] = "customer_base = 1\n8.0"
    notebook["cells"].remove(cells["tiers-base-answer"])
    return notebook
