"""The reference model of customer loyalty management.

One module per chapter of the course, with the chapter's own stem: `loyaltylib.tiers` is the customer
pyramid. Import the module you need; importing the package alone loads nothing heavy.
"""

__version__ = "0.1.0"
