"""The answer is a tuple whose own way through never ends."""

INCIDENT = None  # it is too large to be one
CONTROL = None  # nobody goes through it there

# %% tiers-base-answer
import itertools


class Endless(tuple):
    __iter__ = lambda self: itertools.count()


customer_base = Endless([1])
