"""A subclass of float whose arithmetic always ends in zero."""

INCIDENT = None  # read through float itself, it is the wrong number
CONTROL = "gains"


# %% tiers-base-answer
class Pleases(float):
    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__
    __float__ = lambda self: 0.0


customer_base = Pleases(1)
