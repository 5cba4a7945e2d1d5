"""Lets a script run for ever in another interpreter."""

INCIDENT = "timeout"
CONTROL = "stops"
SLOW = True

# %% first
get_ipython().run_cell_magic("script", "bash", "while true; do :; done")
