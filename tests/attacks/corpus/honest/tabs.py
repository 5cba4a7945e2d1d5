"""The function is indented by tabs."""


def change(notebook):
    for cell in notebook["cells"]:
        if cell["id"] == "tiers-lapsed-answer":
            cell["source"] = "def lapsed(days_since_last):\n\tlimit = lapse_days\n\treturn days_since_last >= limit"
    return notebook
