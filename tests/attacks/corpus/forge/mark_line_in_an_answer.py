"""The line that marks is written into an answer, so that the answer is taken for a pointed cell."""

INCIDENT = None  # it is text in a cell of the learner's own
CONTROL = None  # the line itself gives no points there

# %% tiers-base-answer
customer_base = None
# __import__("autograders.marking").marking.mark("tiers-base")
