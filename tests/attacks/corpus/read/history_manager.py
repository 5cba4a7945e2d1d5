"""Reads the assert out of the shell's history."""

INCIDENT = None  # as above: it was never run in there
CONTROL = "reads"

# %% after tiers-base
for source in get_ipython().history_manager.input_hist_raw:
    if source.startswith("ass" + "ert"):
        print("hidden input:", source)
