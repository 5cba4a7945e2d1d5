"""Shows a verdict record of the kit's own kind, with full points."""

INCIDENT = None  # it is taken out of what is shown
CONTROL = None  # the control knows no records

# %% before tiers-base
from IPython.display import display

verdict = {"exercise": "tiers-base", "max_points": 8, "probes": [{"name": "value", "passed": True}]}
record = {"verdict": verdict, "seconds": 0.0, "crash": ""}
display({"text/plain": "8 of 8 points", "application/vnd.loyalty.verdict+json": record}, raw=True)
8.0
