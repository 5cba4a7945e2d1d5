"""There are 10,000 cells of text."""

INCIDENT = None  # nobody runs text
CONTROL = None  # nor is it run there


def change(notebook):
    notebook["cells"] += [
        {"cell_type": "markdown", "metadata": {}, "source": "", "id": f"own-{number}"} for number in range(10_000)
    ]
    return notebook
