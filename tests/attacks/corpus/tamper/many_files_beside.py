"""Hundreds of files lie beside the notebook."""

INCIDENT = None  # a few are taken along
CONTROL = "takes"


def hand_in(folder):
    for number in range(300):
        (folder / f"{number}.txt").write_text("nothing")
