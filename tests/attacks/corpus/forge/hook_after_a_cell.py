"""A hook after each cell clears what it showed, its error too."""

INCIDENT = None  # outputs decide nothing
CONTROL = "gains"

# %% first
from IPython.display import clear_output

get_ipython().events.register("post_run_cell", lambda *_: clear_output())
