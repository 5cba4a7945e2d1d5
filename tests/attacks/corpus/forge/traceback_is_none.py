"""The shell's way to show an error is None, so that showing one breaks the shell itself."""

INCIDENT = None  # the cell's own shell breaks, and only for cells that fail
CONTROL = "gains"

# %% first
get_ipython().showtraceback = None
