"""There are 1,000 cells."""

INCIDENT = None  # they run, one after the other
CONTROL = None  # so they do there
SLOW = True


def change(notebook):
    own = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": "1"}
    notebook["cells"] += [own | {"id": f"own-{number}"} for number in range(1000)]
    return notebook
