"""Customer defection: who has left and how far, why, what harm it does, and how to find out.

    classify(tables, as_of)                who is a complete or a partial defector, why, and by which signs
    causes(frame)                          how many left for which cause, the most frequent first
    cause_of(...)                          the cause of one departure, by the course's descriptions
    word_of_mouth(satisfied=, source=)     how far word travels, by one named source
    cascade(referrals, leavers, ...)       who follows whom out, round by round
    cascade_odds(network, leaving, ...)    the same on average, without a throw of the dice
    measures_that_pay(leavers, mix, ...)   which measure pays for a mix of causes
    inquiry_plan(leavers, ...)             the six steps of finding out why, and where the inquiry stands
    MortgageSwitch(...)                    the sum a borrower does when another bank asks less

Limits and flags are plain Python in `loyaltylib.defection_rules`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .concepts import reason
from .defection_cascade import Cascade, cascade
from .defection_causes import CAUSE_OF_DESTINATION, Cause, Destination, cause_of, causes
from .defection_inquiry import InquiryStep, ReviewWindow, inquiry_plan, interviews_done, review_due, review_window
from .defection_measures import Measure, measures_that_pay, shares_of
from .defection_mortgage import MortgageSwitch, annuity
from .defection_odds import CascadeOdds, cascade_odds
from .defection_rules import (
    FLAGS,
    GONE,
    SIGNALS,
    WENT,
    DefectionRules,
    Kind,
    destination_of,
    flags_of,
    is_masked,
    kind_of,
    slipping,
)
from .defection_signals import signals
from .defection_word import Reach, WordSource, word_of_mouth
from .frames import said_if

if TYPE_CHECKING:
    from datetime import date

    from .frames import Frame

__all__ = [
    "CAUSE_OF_DESTINATION",
    "FLAGS",
    "GONE",
    "SIGNALS",
    "WENT",
    "Cascade",
    "CascadeOdds",
    "Cause",
    "DefectionRules",
    "Destination",
    "InquiryStep",
    "Kind",
    "Measure",
    "MortgageSwitch",
    "Reach",
    "ReviewWindow",
    "WordSource",
    "annuity",
    "cascade",
    "cascade_odds",
    "cause_of",
    "causes",
    "classify",
    "destination_of",
    "explain",
    "flags_of",
    "inquiry_plan",
    "interviews_done",
    "is_masked",
    "kind_of",
    "measures_that_pay",
    "review_due",
    "review_window",
    "shares_of",
    "signals",
    "slipping",
    "word_of_mouth",
]


def _where(columns: dict[str, Any], rules: DefectionRules) -> nw.Expr:
    """Return where those who left buy now: as stated, else as the wallet shows, else unknown."""
    shown = nw.lit(Destination.UNKNOWN.value)
    for place, rule in WENT.items():
        shown = nw.when(rule(columns, rules)).then(nw.lit(place.value)).otherwise(shown)
    stated = nw.col("destination")
    return nw.when(stated.is_null() | (stated == Destination.UNKNOWN.value)).then(shown).otherwise(stated)


def _why() -> nw.Expr:
    """Return the cause of those who left: as stated, else as the destination says."""
    told = nw.lit(None).cast(nw.String)
    for place, cause in CAUSE_OF_DESTINATION.items():
        told = nw.when(nw.col("destination") == place.value).then(nw.lit(cause.value)).otherwise(told)
    return nw.when(nw.col("lost_reason").is_null()).then(told).otherwise(nw.col("lost_reason"))


def _kind(rules: DefectionRules) -> nw.Expr:
    """Return complete, partial, or nothing, from the flags."""
    partial = nw.when(_any(slipping(rules))).then(nw.lit(Kind.PARTIAL.value))
    complete = nw.lit(Kind.COMPLETE.value)
    if rules.strict:
        complete = nw.when(nw.col("destination") == Destination.COMPETITOR.value).then(complete)
    return nw.when(_any(GONE)).then(complete).otherwise(partial)


def _any(flags: tuple[str, ...]) -> nw.Expr:
    return reduce(or_, (nw.col(flag) for flag in flags))


def _reasons(rules: DefectionRules) -> nw.Expr:
    """Return the signs behind each kind, in the flags' order, then what is not known."""
    complete, partial = (nw.col("kind") == kind.value for kind in Kind)
    words = [
        *(said_if(complete & nw.col(flag), flag) for flag in GONE),
        *(said_if(partial & nw.col(flag), flag) for flag in slipping(rules)),
        said_if(complete & nw.col("cause").is_null(), "reason?"),
        said_if(~_any(GONE) & nw.col("days_since_last").is_null(), "transactions?"),
        said_if(~_any(GONE) & nw.col("own_last").is_null(), "wallet?"),
    ]
    return nw.concat_str(words).str.strip_chars(", ")


def classify(
    tables: object,
    as_of: date | str,
    rules: DefectionRules | None = None,
    *,
    strict: bool | None = None,
    any_rival: bool | None = None,
) -> Any:
    """Tell complete and partial defectors from the rest, by goodbyes, last purchases and the wallet's latest periods.

    `strict` and `any_rival` are the two letter-true readings of `DefectionRules` (AMB-13, AMB-14) and go before those
    of `rules`. A falling share is enough for a partial defector; `masked` marks the one whose own spending grows
    meanwhile, so that the loss hides behind a larger bill (AMB-15).

    Before: the tables (see `signals`). After: one row a customer known at `as_of`, sorted by `customer_id`, with

        kind         complete, partial, or nothing: no sign of leaving
        cause        of complete defectors: the reason stated, else market or technology where the destination says so
        masked       True: our share has fallen although the customer spends more with us
        destination  of complete defectors: as stated, else as the wallet shows, else unknown; of partial ones
                     competitor, for their share went to rivals
        signals      why: the flags that hold (`FLAGS`), then what is not known: `reason?`, `transactions?`, `wallet?`

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> customers = pd.DataFrame({
        ...     "customer_id": ["ann", "bo", "cy"],
        ...     "lost_on": pd.to_datetime([None, None, "2025-11-03"]),
        ...     "lost_reason": [None, None, "price"],
        ...     "destination": [None, None, "competitor"]})
        >>> transactions = pd.DataFrame({
        ...     "customer_id": ["ann", "bo", "cy"],
        ...     "date": pd.to_datetime(["2025-12-20", "2025-12-01", "2025-10-01"])})
        >>> wallet = pd.DataFrame({
        ...     "customer_id": ["ann", "ann", "bo", "bo"],
        ...     "period": pd.to_datetime(["2025-09-30", "2025-12-31"] * 2),
        ...     "own_spend": [60.0, 80.0, 50.0, 50.0],
        ...     "total_category_spend": [100.0, 200.0, 50.0, 50.0],
        ...     "n_suppliers": [2, 2, 1, 1]})
        >>> tables = SimpleNamespace(customers=customers, transactions=transactions, wallet=wallet)
        >>> after = classify(tables, "2025-12-31")
        >>> after[["customer_id", "kind", "cause", "masked", "destination"]]
          customer_id      kind  cause  masked destination
        0         ann   partial    NaN    True  competitor
        1          bo       NaN    NaN   False         NaN
        2          cy  complete  price   False  competitor
        >>> after["signals"].tolist()
        ['share_declined', '', 'said_goodbye']

    Whose share has fallen, in plain pandas:

        >>> share = wallet["own_spend"] / wallet["total_category_spend"]
        >>> fall = -share.groupby(wallet["customer_id"]).diff()
        >>> wallet.loc[fall > 0, "customer_id"].tolist()
        ['ann']

    Raises `DataError` (what breaks the schema; a reason or destination there is not), `RuleError` (`as_of`).
    """
    rules = rules or DefectionRules()
    readings = {"strict": strict, "any_rival": any_rival}
    rules = replace(rules, **{name: value for name, value in readings.items() if value is not None})
    frame: Frame = nw.from_native(signals(tables, as_of, rules))
    columns = {name: nw.col(name) for name in SIGNALS}
    complete, partial = (nw.col("kind") == kind.value for kind in Kind)
    competitor, where = nw.lit(Destination.COMPETITOR.value), nw.col("destination")
    return (
        frame.with_columns(
            *(rule(columns, rules).fill_null(value=False).alias(flag) for flag, rule in FLAGS.items()),
            _where(columns, rules).alias("destination"),
        )
        .with_columns(nw.col("wallet_empty") & nw.col("days_since_last").is_null())
        .with_columns(_kind(rules).alias("kind"))
        .with_columns(
            nw.when(complete).then(_why()).alias("cause"),
            (partial & nw.col("share_declined") & nw.col("spends_more")).fill_null(value=False).alias("masked"),
            nw.when(complete).then(where).otherwise(nw.when(partial).then(competitor)).alias("destination"),
        )
        .with_columns(_reasons(rules).alias("signals"))
        .select("customer_id", "kind", "cause", "masked", "destination", "signals")
        .sort("customer_id")
        .to_native()
    )


def explain(signals: str, lang: str = "en") -> tuple[str, ...]:
    """Return why a customer counts as he does, in a reader's words, from the text in the column `signals`.

    >>> explain("said_goodbye, reason?")
    ('has said goodbye', 'why is not known')
    """
    return tuple(reason(signal, lang) for signal in signals.split(", ") if signal)
