"""The answers of the quiz are filled in one by one, into another kind of mapping."""


def change(notebook):
    for cell in notebook["cells"]:
        if cell["id"] == "tiers-quiz_ladder-answer":
            cell["source"] += (
                "\nfrom collections import OrderedDict, defaultdict\n"
                "answers = defaultdict(list)\nfor name, value in quiz_ladder.items():\n    answers[name] = value\n"
                "quiz_ladder = answers\n"
            )
    return notebook
