"""The function leans on helpers of its own."""


# %% before tiers-lapsed-answer
def at_least(limit):
    def compare(days):
        return days >= limit

    return compare


# %% tiers-lapsed-answer
def lapsed(days_since_last):
    return at_least(lapse_days)(days_since_last)
