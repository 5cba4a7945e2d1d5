"""Works under a neighbour's id."""

INCIDENT = "other_learner"
CONTROL = None  # stock nbgrader knows no id in a notebook


def change(notebook):
    for cell in notebook["cells"]:
        if cell["id"] == "start":
            cell["source"] = cell["source"].replace('learner=""', 'learner="neighbour"')
    return notebook
