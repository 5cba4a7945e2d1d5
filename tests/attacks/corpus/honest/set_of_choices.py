"""The choices of a question are a set, in no order."""


def change(notebook):
    for cell in notebook["cells"]:
        if cell["id"] == "tiers-quiz_ladder-answer":
            cell["source"] += '\nquiz_ladder["core_notes"] = set(quiz_ladder["core_notes"])'
    return notebook
