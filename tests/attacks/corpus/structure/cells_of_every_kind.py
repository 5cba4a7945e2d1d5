"""Among the cells are numbers, texts, lists and nothing at all."""

INCIDENT = None  # what is no cell is kept as an empty one
CONTROL = None  # nbgrader leaves this learner out and goes on


def change(notebook):
    notebook["cells"][1:1] = [7, "text", [], None, {}, {"cell_type": 7, "source": {"a": 1}, "metadata": []}]
    return notebook
