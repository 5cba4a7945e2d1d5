"""The library's own rule is given as the answer to another rule."""

INCIDENT = None  # it is wrong for this learner's limit, and that is all there is to see
CONTROL = None  # the asserts ask for the learner's own limit too

# %% tiers-lapsed-answer
from loyaltylib.tiers import TierRules


def lapsed(days_since_last):
    return TierRules().lapsed_days
