"""The function raises errors that raise errors when somebody wants to read them."""

INCIDENT = None  # their kind is told
CONTROL = None  # they are errors there too


# %% tiers-lapsed-answer
class Unreadable(Exception):
    __str__ = __repr__ = lambda self: 1 / 0


def lapsed(days_since_last):
    raise Unreadable
