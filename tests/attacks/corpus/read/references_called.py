"""Calls the function that the answer is compared with."""

INCIDENT = None  # it is not in there
CONTROL = "gains"


# %% tiers-lapsed-answer
def lapsed(days_since_last):
    from autograders.checks import tiers

    return tiers.reference_lapsed(days_since_last, lapse_days)
