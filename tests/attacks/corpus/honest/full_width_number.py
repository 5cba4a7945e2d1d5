"""The number of the quiz is typed with a Chinese keyboard, as a text."""


def change(notebook):
    for cell in notebook["cells"]:
        if cell["id"] == "tiers-quiz_ladder-answer":
            cell["source"] += '\nquiz_ladder["order"] = [" " + each + " " for each in quiz_ladder["order"]]'
    return notebook
