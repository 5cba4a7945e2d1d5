"""The line that marks stands in a cell of one's own."""

INCIDENT = None  # it cannot be imported in there: an ordinary error
CONTROL = None  # its points go to no exercise

# %% before tiers-base
__import__("autograders.marking").marking.mark("tiers-base")
