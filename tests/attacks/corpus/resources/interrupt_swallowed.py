"""A cell that catches what is sent to stop it, and goes on."""

INCIDENT = "timeout"
CONTROL = "stops"
SLOW = True

# %% first
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
