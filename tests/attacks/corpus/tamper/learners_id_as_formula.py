"""Works under an id that a spreadsheet would run."""

INCIDENT = "other_learner"
CONTROL = None  # stock nbgrader knows no id in a notebook


def change(notebook):
    for cell in notebook["cells"]:
        if cell["id"] == "start":
            cell["source"] = cell["source"].replace('learner=""', 'learner="=1+1|cmd\x1b[31m"')
    return notebook
