"""Shows nothing at first, and turns it into full points from a later cell."""

INCIDENT = None  # outputs are for people
CONTROL = None  # what is shown in other cells decides nothing there either

# %% before tiers-base
from IPython.display import display

place = display({"text/plain": "0.0"}, raw=True, display_id="tiers-base")

# %% last
place.update({"text/plain": "8.0"}, raw=True)
