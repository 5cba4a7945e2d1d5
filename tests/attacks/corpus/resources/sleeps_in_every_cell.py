"""Every cell sleeps a little less than a cell may."""

INCIDENT = "timeout"
CONTROL = "stops"
SLOW = True


def change(notebook):
    own = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [own | {"id": f"own-{number}", "source": "import time; time.sleep(2.5)"} for number in range(30)]
    notebook["cells"][:0] = cells
    return notebook
