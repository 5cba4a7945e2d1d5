"""Prints and answers what a terminal or a spreadsheet would obey."""

INCIDENT = None  # it is a wrong answer like another
CONTROL = None  # nobody reads it on a terminal there

# %% tiers-base-answer
customer_base = '=HYPERLINK("http://example.org","524")\x1b]0;mine\x07\x1b[2J'
print(customer_base)
