"""A cell works for a second before it answers."""

# %% before tiers-base-answer
import time

end = time.process_time() + 0.7
steps = 0
while time.process_time() < end:
    steps += sum(range(100))
