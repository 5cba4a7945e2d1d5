"""The function that marks is imported and replaced."""

INCIDENT = None  # it cannot be imported in there: an ordinary error in its own cell
CONTROL = "gains"
ASSERTS = '__import__("autograders.marking").marking.mark("tiers-base")'

# %% first
import autograders.marking

autograders.marking.mark = lambda exercise: 8.0
