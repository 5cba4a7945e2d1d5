"""Opens the debugger, which waits for orders."""

INCIDENT = None  # nobody can give any: an ordinary error
CONTROL = None  # it ends for want of them

# %% first
1 / 0

# %% after start
# %debug
