"""A thread works for ever while the cells go on."""

INCIDENT = None  # it ends with its notebook
CONTROL = None  # it ends with its process there too

# %% first
import threading


def work():
    while True:
        sum(range(1000))


threading.Thread(target=work, daemon=True).start()
