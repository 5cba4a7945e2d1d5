"""The number is worked out by a filter, and the frame's index is left as it is."""

# %% tiers-base-answer
import pandas as pd

from loyaltylib.tiers import assign_tiers

mine = assign_tiers(kit.data, kit.data.as_of)
mine = mine[~mine["tier"].isin(["lost", "onlooker"])]
mine = mine[mine.columns[::-1]]
customer_base = mine["customer_id"].nunique()
