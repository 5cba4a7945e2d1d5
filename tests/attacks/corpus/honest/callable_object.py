"""The function is an object of a class that can be called."""


# %% tiers-lapsed-answer
class Rule:
    def __init__(self, limit):
        self.limit = limit

    def __call__(self, days):
        return days >= self.limit


lapsed = Rule(lapse_days)
