"""The answer is a list whose own way through never ends."""

INCIDENT = None  # it is read by list's own way
CONTROL = None  # nobody goes through it there

# %% tiers-base-answer
import itertools


class Endless(list):
    __iter__ = lambda self: itertools.count()
    __len__ = lambda self: 10**9


customer_base = Endless([1])
