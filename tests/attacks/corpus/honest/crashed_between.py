"""A cell that does not even parse stands between the answers, and another one gives up."""


def change(notebook):
    own = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    place = next(i for i, cell in enumerate(notebook["cells"]) if cell["id"] == "tiers-base-answer")
    notebook["cells"].insert(place, own | {"id": "half", "source": "x = (1 +\n"})
    return notebook


# %% before tiers-lapsed-answer
raise SystemExit("enough")
