"""The course's own library is used, as it is meant to be."""

# %% first
from loyaltylib.tiers import TierRules, assign_tiers

print(TierRules())
