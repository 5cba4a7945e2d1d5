"""Files with names that lead upwards, or look like options, lie beside the notebook."""

INCIDENT = None  # they are files like others
CONTROL = None  # nbgrader copies them as they are


def hand_in(folder):
    for name in ("-rf", "..%2f..%2fx", "a\nb", "$(touch x)", "...", "tiers.ipynb.bak"):
        (folder / name).write_text("nothing")
