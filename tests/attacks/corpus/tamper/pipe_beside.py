"""A pipe lies beside the notebook, which whoever copies it waits for without end."""

INCIDENT = None  # it is no file and left where it is
CONTROL = "stops"

import os


def hand_in(folder):
    os.mkfifo(folder / "data.csv")
