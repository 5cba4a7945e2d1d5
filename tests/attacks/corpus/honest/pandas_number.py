"""The number is worked out from the learner's own data, the way the chapter does."""

# %% tiers-base-answer
from loyaltylib.tiers import assign_tiers

my_tiers = assign_tiers(kit.data, kit.data.as_of)
counts = my_tiers["tier"].value_counts()
customer_base = len(my_tiers) - counts["lost"] - counts["onlooker"]
