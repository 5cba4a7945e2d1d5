"""The function writes a log, to the screen and to a file."""

# %% tiers-lapsed-answer
import logging

logging.basicConfig(level=logging.DEBUG, filename="notes.log")
log = logging.getLogger("mine")
log.addHandler(logging.StreamHandler())


def lapsed(days_since_last):
    log.info("asked for %s", days_since_last)
    return days_since_last >= lapse_days
