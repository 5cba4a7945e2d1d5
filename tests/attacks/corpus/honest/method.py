"""The function is a method of an object."""

# %% tiers-lapsed-answer
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    limit: int

    def holds(self, days: float) -> bool:
        return days >= self.limit


lapsed = Rule(lapse_days).holds
