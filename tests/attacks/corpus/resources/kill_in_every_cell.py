"""Every cell ends the process."""

INCIDENT = ("kernel_died", "no_verdict", "not_marked")
CONTROL = "gains"


def change(notebook):
    own = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [own | {"id": f"own-{number}", "source": "import os; os._exit(0)"} for number in range(30)]
    notebook["cells"][:0] = cells
    return notebook
