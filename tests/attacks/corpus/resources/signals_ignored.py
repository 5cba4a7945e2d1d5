"""A cell that ignores every signal that may be ignored."""

INCIDENT = "timeout"
CONTROL = "stops"
SLOW = True

# %% first
import signal

for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    pass
