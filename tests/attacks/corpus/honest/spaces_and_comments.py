"""Answers stand among blank lines and comments."""

# %% tiers-base-answer
# my answer:

customer_base = RIGHT_NUMBER  # people


# (checked twice)
