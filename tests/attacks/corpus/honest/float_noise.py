"""The number is off by what float arithmetic leaves."""

# %% tiers-base-answer
customer_base = (0.1 + 0.2) * RIGHT_NUMBER / 0.3 + 1e-10
