"""Reads the assert out of the list of what was run."""

INCIDENT = None  # the pointed line was never run in there
CONTROL = "reads"

# %% after tiers-base
for source in In:
    if source.startswith("ass" + "ert"):
        print("hidden input:", source)
