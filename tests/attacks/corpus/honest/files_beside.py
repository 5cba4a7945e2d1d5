"""A module and a table lie beside the notebook and are used."""


def hand_in(folder):
    (folder / "my_rules.py").write_text("def at_least(days, limit):\n    return days >= limit\n", "utf-8")
    (folder / "mine.csv").write_text("n\n1\n2\n", "utf-8")


# %% tiers-lapsed-answer
import pandas as pd
from my_rules import at_least

print(pd.read_csv("mine.csv")["n"].sum())


def lapsed(days_since_last):
    return at_least(days_since_last, lapse_days)
