"""Shows pictures of 30 MB."""

INCIDENT = None  # what is too much is left out
CONTROL = None  # it is left out there too: the shell is the same

# %% first
from IPython.display import display

for _ in range(3):
    display({"image/png": "A" * 10_000_000, "text/plain": "picture"}, raw=True)
