"""Work in a library that nothing can interrupt before it is done."""

INCIDENT = "timeout"
CONTROL = "stops"
SLOW = True

# %% first
number = 10**10**8
print(len(str(number**2)))
