"""A cell before the answers ends in an error."""

# %% first
1 / 0

# %% before tiers-lapsed-answer
print(nobody_knows_this)
