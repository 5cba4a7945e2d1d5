"""Shows thirty thousand things, one by one."""

INCIDENT = "forged_answer"
CONTROL = None  # they are short

# %% first
from IPython.display import display

for number in range(30_000):
    display({"text/plain": "x"}, raw=True)
