"""The number of people is a float."""

# %% tiers-base-answer
customer_base = RIGHT_NUMBER / 1
