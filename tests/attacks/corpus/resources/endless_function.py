"""The function does not come back."""

INCIDENT = None  # it costs its own exercise, which says so
CONTROL = "stops"
SLOW = True


# %% tiers-lapsed-answer
def lapsed(days_since_last):
    if days_since_last not in (3, 400):
        while True:
            pass
