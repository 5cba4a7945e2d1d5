"""A cell is there a second time, because it was run again."""

# %% last
lapse_days = kit.yours("tiers-lapsed")["lapse_days"]


# %% after tiers-lapsed-answer
print(lapsed(10), lapsed(1000))
