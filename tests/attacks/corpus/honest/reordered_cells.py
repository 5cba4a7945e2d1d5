"""The exercises are done in another order."""


def change(notebook):
    cells = notebook["cells"]
    own = [cell for cell in cells if cell["id"].startswith("tiers-base")]
    rest = [cell for cell in cells if not cell["id"].startswith("tiers-base")]
    return notebook | {"cells": rest + own}
