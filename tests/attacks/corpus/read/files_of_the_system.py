"""Reads the list of the machine's users and what is mounted where."""

INCIDENT = None  # the list in there is made up
CONTROL = None  # it is no secret of the class

# %% first
print(open("/etc/passwd").read()[:200])
