"""The answer takes for ever to be read."""

INCIDENT = "timeout"
CONTROL = "stops"
SLOW = True


# %% tiers-base-answer
class Slow:
    @property
    def __class__(self):
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass

    __sub__ = lambda self, other: self.__class__


customer_base = Slow()
