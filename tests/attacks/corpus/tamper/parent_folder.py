"""Writes above the folder it runs in, by `..`."""

INCIDENT = None  # above it is a folder of its own too
CONTROL = "writes"

# %% first
for steps in range(1, 5):
    try:
        with open("../" * steps + "left-here.txt", "w") as file:
            file.write("I was here")
    except OSError:
        pass
