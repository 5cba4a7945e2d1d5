"""A later cell defines the function anew, by what it has seen meanwhile."""

INCIDENT = None  # the function is called as it stood where it is marked
CONTROL = None  # so it is there


# %% last
def lapsed(days_since_last):
    return days_since_last >= lapse_days


customer_base = RIGHT_NUMBER
