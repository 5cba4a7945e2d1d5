"""An older editor has dropped the cells' ids."""


def change(notebook):
    for cell in notebook["cells"]:
        del cell["id"]
    return notebook | {"nbformat_minor": 4}
