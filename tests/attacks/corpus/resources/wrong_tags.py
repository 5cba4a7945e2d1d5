"""The answer is what the data on the way look like: tags that promise one thing and hold another."""

INCIDENT = None  # a mapping is sent as a mapping, whatever its keys
CONTROL = None  # it is wrong

# %% tiers-base-answer
customer_base = {"t": "float", "v": "nan", "turn": 3, "value": {"t": "int", "v": "9" * 999}}
