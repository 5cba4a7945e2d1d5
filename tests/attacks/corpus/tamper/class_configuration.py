"""Adds a line to the class's configuration, which the next run executes."""

INCIDENT = None  # there is no such file in there
CONTROL = "writes"

# %% first
with open("<class>/nbgrader_config.py", "a") as file:
    file.write("\nc.Execute.enabled = False\n")
