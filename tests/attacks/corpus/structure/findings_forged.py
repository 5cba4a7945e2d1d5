"""The notebook carries what the kit itself notes of a submission, with nothing found and another's id."""

INCIDENT = None  # whatever stands there is replaced
CONTROL = None  # stock nbgrader knows no such note


def change(notebook):
    notebook["metadata"]["loyalty"] = {"content": "", "recorded_learner": "neighbour", "incidents": [["no such"]]}
    return notebook
