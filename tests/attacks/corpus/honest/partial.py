"""The function is made of another one."""

# %% tiers-lapsed-answer
from functools import partial
from operator import le

lapsed = partial(le, lapse_days)
