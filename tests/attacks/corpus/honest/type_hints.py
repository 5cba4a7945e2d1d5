"""The function says what it takes and gives."""

# %% tiers-lapsed-answer
from __future__ import annotations


def lapsed(days_since_last: float | None, /) -> bool:
    """Tell whether a customer has lapsed."""
    return bool(days_since_last >= lapse_days)
