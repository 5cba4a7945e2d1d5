"""The function prints what it is called with."""

INCIDENT = None  # what a hidden call prints is thrown away
CONTROL = "reads"


# %% tiers-lapsed-answer
def lapsed(days_since_last):
    print("hidden input:", days_since_last)
