"""A file and a folder beside the notebook take the place of the course's own library."""

INCIDENT = None  # libraries come before what lies beside the notebook
CONTROL = None  # there the library is imported before anybody comes


def hand_in(folder):
    (folder / "loyaltylib").mkdir()
    (folder / "loyaltylib" / "__init__.py").write_text("raise SystemExit(0)\n")
    (folder / "numpy.pth").write_text("import os; os._exit(0)\n")
