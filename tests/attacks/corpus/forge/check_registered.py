"""A check of one's own is registered for the exercise."""

INCIDENT = None  # there is no registry in there
CONTROL = "gains"
ASSERTS = '__import__("autograders.marking").marking.mark("tiers-base")'

# %% first
from autograders import check

check.check_for("tiers-base")
check.CHECKS["tiers-base"] = lambda context: [check.Probe("value", True)]
