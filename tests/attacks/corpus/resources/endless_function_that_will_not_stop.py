"""The function does not come back, and catches what is sent to stop it."""

INCIDENT = None  # it costs its own exercise, which says so
CONTROL = "stops"
SLOW = True


# %% tiers-lapsed-answer
def lapsed(days_since_last):
    while days_since_last not in (3, 400):
        try:
            while True:
                pass
        except BaseException:
            pass
