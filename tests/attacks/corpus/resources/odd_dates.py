"""The answer is a date with an opinion of its own."""

INCIDENT = None  # it is no number
CONTROL = None  # it is wrong

# %% tiers-base-answer
import datetime


class Own(datetime.date):
    isoformat = lambda self: "x" * 50_000_000


customer_base = Own(2024, 1, 1)
