"""Waits for somebody to type."""

INCIDENT = None  # nobody can: an ordinary error
CONTROL = None  # nobody can there either: the shell is the same

# %% first
name = input("Your name? ")
