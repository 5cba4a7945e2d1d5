"""Intermediate results have other names than the course's."""

# %% tiers-lapsed-answer
borderline = lapse_days


def lapsed(days_since_last):
    inactive_for_too_long = not days_since_last < borderline
    return inactive_for_too_long and days_since_last == days_since_last
