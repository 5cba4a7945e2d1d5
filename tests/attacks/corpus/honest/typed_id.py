"""The learner's id is typed into the first cell, with a capital and a blank."""


def change(notebook):
    for cell in notebook["cells"]:
        if cell["id"] == "start":
            cell["source"] = cell["source"].replace('learner=""', 'learner=" Attacker "')
    return notebook
