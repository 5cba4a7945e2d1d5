"""Magics of the notebook are used: times, variables, a command of the shell."""

# %% first
# %matplotlib inline
# %time sum(range(1000))
# !echo hello

# %% before tiers-lapsed-answer
# %%capture said
print("nobody sees this")

# %% last
# %who
