"""The customers behind a projection of the KPIs: who is there each month, and what chance makes of the counts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from .inputs import count

if TYPE_CHECKING:
    from .kpis_projection import Levers, Start

NEWCOMER_MONTHS: Final = 6  # 180 days without a purchase, the standard of the tiers, in months
FIRST_YEAR: Final = 12  # months after which new-customer retention is read


class Flow:
    """The customers of each month, from the start and the levers; arrays have a place a month.

    passing   newcomers whose six months end in the month, before some of them are found lost
    early     share of these that is
    weight    of a customer established in month i, the chance to be there in month t: [t, i]
    """

    def __init__(self, levers: Levers, start: Start, months: int) -> None:
        import numpy as np

        self.levers, self.start, self.old = levers, start, start.levers
        self.t = t = np.arange(1, count("months", months, 1) + 1)
        self.stay = 1 - levers.loss
        self.is_old = t <= NEWCOMER_MONTHS  # who passes then was won before the start
        self.passing = np.concatenate([start.won[NEWCOMER_MONTHS - 1 :: -1], np.full(months, levers.acquisition)])
        self.passing = self.passing[:months].astype(float)
        self.early = np.where(self.is_old, self.old.early_loss, levers.early_loss)
        since = t[:, None] - t[None, :]
        self.weight = np.where(since >= 0, float(self.stay) ** np.maximum(since, 0), 0.0)
        self.left = float(self.stay) ** t  # of the established at the start, the share still there
        self.came = levers.acquisition * np.minimum(t, NEWCOMER_MONTHS)
        waiting = [sum(start.won[: max(NEWCOMER_MONTHS - month, 0)]) for month in t.tolist()]
        self.established = start.established * self.left + self.weight @ (self.passed + start.won_back)
        self.base = self.established + self.came + waiting
        self.opening = np.concatenate([[start.customers], self.base[:-1]])
        self.settled = np.concatenate([[start.established], self.established[:-1]])

    @property
    def passed(self) -> Any:
        """Newcomers who become established customers in the month."""
        return self.passing * (1 - self.early)

    @cached_property
    def first_year(self) -> tuple[Any, Any, Any]:
        """Of those whose first year ends in the month: how many were won, who was left at the start, who stays of them.

        Who was left is a share of those won, who stays a share of those left; of those still newcomers all are left.
        """
        import numpy as np

        early = np.where(self.t <= FIRST_YEAR, self.old.early_loss, self.levers.early_loss)
        before = np.maximum(NEWCOMER_MONTHS - self.t, 0)  # months as an established customer before the start
        so_far = np.where(self.is_old, (1 - early) * (1 - self.old.loss) ** before, 1.0)
        rest = float(self.stay) ** np.minimum(self.t, NEWCOMER_MONTHS) * np.where(self.is_old, 1.0, 1 - early)
        won = np.concatenate([self.start.won[::-1], np.full(len(self.t), self.levers.acquisition)])[: len(self.t)]
        return won.astype(float), so_far, rest

    @property
    def values(self) -> dict[str, Any]:
        """The ten KPIs."""
        import numpy as np

        levers, start = self.levers, self.start
        won, so_far, rest = self.first_year
        churn = _over(self.settled * levers.loss + self.passing * self.early, self.opening)
        share = start.customer_share * levers.per_buyer / self.old.per_buyer if self.old.per_buyer else float("nan")
        same = {
            "customer_share": min(share, 1.0),
            "complaint_satisfaction": start.complaint_satisfaction,
            "new_customers_per_month": levers.acquisition,
            "purchase_frequency": levers.frequency,
            "average_spend": levers.per_buyer,
            "save_rate": levers.save_rate,
        }
        return {
            "customer_base": self.base,
            "new_customer_retention": np.where(won > 0, so_far * rest, np.nan),
            "retention_rate": 1 - churn,
            "churn_rate": churn,
            **{name: np.full(len(self.t), float(value)) for name, value in same.items()},
        }

    @property
    def variances(self) -> dict[str, Any]:
        """What chance alone makes of the ten KPIs: their variances."""
        import numpy as np

        levers, start = self.levers, self.start
        won, so_far, rest = self.first_year
        # How many of those won later pass is Poisson too, and so are the lost among them.
        early = np.where(self.is_old, _lot(self.early), self.early)
        lost = self.settled * _lot(levers.loss) + self.passing * early
        churn = _over(lost, self.opening**2)
        buyers = start.buying * self.base
        more = levers.frequency - 1  # purchases beyond the one that makes a buyer
        money = levers.spend**2 * (levers.frequency * start.amount_spread**2 + more)
        spend = _over(money, buyers)
        share = self.values["customer_share"]
        return {
            "customer_base": self._base_variance(),
            "new_customer_retention": _over(so_far * _lot(rest), won),
            "retention_rate": churn,
            "churn_rate": churn,
            "customer_share": spend * _over(share**2, np.full(len(self.t), levers.per_buyer**2)),
            "complaint_satisfaction": _over(_lot(start.complaint_satisfaction), np.full(len(self.t), start.scored)),
            "new_customers_per_month": np.full(len(self.t), float(levers.acquisition)),
            "purchase_frequency": _over(more, buyers),
            "average_spend": spend,
            "save_rate": _over(_lot(levers.save_rate), self.settled * levers.churn),
        }

    def _base_variance(self) -> Any:
        """Those there at the start leave by lot; who comes later is Poisson, and so are those of them who stay."""
        old = self.passing * self.is_old
        of_the_old = _lot(self.weight * (1 - self.early)) @ old
        later = self.weight @ (self.passed * ~self.is_old + self.start.won_back)
        return self.start.established * _lot(self.left) + of_the_old + later + self.came


def _lot(share: Any) -> Any:
    """Variance of one drawing that succeeds with this chance."""
    return share * (1 - share)


def _over(part: Any, whole: Any) -> Any:
    """Return `part / whole`; NaN where there is nothing to divide by."""
    import numpy as np

    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.nan)
