"""The last step of showing an error is replaced: the shell believes it was shown."""

INCIDENT = None  # its own shell only
CONTROL = "gains"

# %% first
get_ipython()._showtraceback = lambda *_, **__: None
