"""Names of the language are used for one's own things."""

# %% first
list = [1, 2, 3]
sum = 6
max = "Max"
input = 7
str = "text"


# %% tiers-lapsed-answer
def lapsed(days):
    id = days
    return id >= lapse_days
