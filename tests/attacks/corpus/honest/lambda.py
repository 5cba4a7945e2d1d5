"""The function is written in one line."""

# %% tiers-lapsed-answer
lapsed = lambda days: days >= lapse_days
