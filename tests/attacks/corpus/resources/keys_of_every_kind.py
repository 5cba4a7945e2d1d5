"""The answer's keys are lists of everything, and one of them is no text at all."""

INCIDENT = None  # it is wrong, or no plain answer
CONTROL = None  # it is wrong

# %% tiers-quiz_ladder-answer
quiz_ladder = {None: 1, 2.5: 2, ("a", ("b",)): 3, b"order": 4, frozenset(): 5, float("nan"): 6, True: 7, "\ud800": 8}
