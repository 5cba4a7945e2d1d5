"""The answer is a list of ten million numbers."""

INCIDENT = None  # it is too large to be one
CONTROL = "takes"

# %% tiers-quiz_ladder-answer
quiz_ladder = {"order": [0] * 10_000_000}
