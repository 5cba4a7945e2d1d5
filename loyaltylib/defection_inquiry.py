"""The inquiry into why customers left: six steps, and a review while the interviews are still going on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .concepts import get
from .errors import RuleError
from .frames import days_before, one_if, one_row
from .inputs import count, day, word
from .schema import check

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import pandas as pd

    from .frames import Frame


class InquiryStep(StrEnum):
    """The six steps of the inquiry, in the order of the course's headings (AMB-51).

    >>> InquiryStep.REVIEW.number, InquiryStep.REVIEW.concept
    (5, 'defection.inquiry.5_review')
    """

    EXECUTIVES = "executives"
    TEAM = "team"
    TARGETS = "targets"
    PHONE = "phone"
    REVIEW = "review"
    MEASURES = "measures"

    @property
    def number(self) -> int:
        """Place of the step, from 1 to 6."""
        return list(InquiryStep).index(self) + 1

    @property
    def concept(self) -> str:
        """Id of the step in the concept registry."""
        return f"defection.inquiry.{self.number}_{self.value}"


@dataclass(frozen=True)
class ReviewWindow:
    """When the review is held: from `first` to `last` interviews done, both included."""

    first: int
    last: int


def _interviews(done: object, total: object) -> tuple[int, int]:
    everyone = count("total", total, 1)
    finished = count("done", done)
    if finished > everyone:
        raise RuleError(f"done is {finished} of total {everyone}; give at most as many as there are")
    return finished, everyone


def review_due(done: int, total: int) -> bool:
    """Tell whether the review meeting is to be held now: from a quarter to three quarters of the interviews.

    Both ends are included. Raises `RuleError` where there is nobody to interview, or more are done than there are.

    >>> review_due(11, 48), review_due(12, 48), review_due(36, 48), review_due(37, 48)
    (False, True, True, False)
    """
    finished, everyone = _interviews(done, total)
    return everyone <= 4 * finished <= 3 * everyone


def review_window(total: int) -> ReviewWindow:
    """Return between which numbers of interviews the review falls due.

    Raises `RuleError` for fewer than two interviews: one has no middle.

    >>> review_window(48)
    ReviewWindow(first=12, last=36)
    """
    everyone = count("total", total, 2)
    return ReviewWindow(first=-(-everyone // 4), last=3 * everyone // 4)


def interviews_done(tables: object, as_of: date | str) -> int:
    """Count the interviews held up to and with `as_of`.

    Before: `tables.interviews` with `respondent_id` and `done_at`, one row a respondent. After: a whole number, 0 where
    there is no such table; a lazy table is collected. Raises `DataError` (what breaks the schema), `RuleError`
    (`as_of`).

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> interviews = pd.DataFrame({
        ...     "respondent_id": ["ann", "bo"], "done_at": pd.to_datetime(["2025-12-01", "2026-01-05"])})
        >>> interviews_done(SimpleNamespace(interviews=interviews), "2025-12-31")
        1

    In plain pandas:

        >>> int((interviews["done_at"] <= "2025-12-31").sum())
        1
    """
    today = day(as_of)
    native: Any = getattr(tables, "interviews", None)
    if native is None:
        return 0
    frame: Frame = check(native, "interviews", ("respondent_id", "done_at"))
    held = frame.select(one_if(days_before("done_at", today) >= 0).alias("held"))
    return int(one_row(held, nw.col("held").sum())["held"] or 0)


def inquiry_plan(leavers: int, interviewed: int = 0, finished: Iterable[str] = (), lang: str = "en") -> pd.DataFrame:
    """Return the six steps of the inquiry and where each stands, with the review due while interviews go on.

    `leavers` is how many are to be interviewed, `interviewed` how many have been, `finished` the steps already done
    (members or words of `InquiryStep`). After, a pandas frame with one row a step:

        step    1 to 6
        task    the step's word (`InquiryStep`)
        name    the step as readers meet it
        state   done; due: the review, from a quarter to three quarters of the interviews; overdue: the review, after
                that; next: the first other step not done; open: any later one

    Raises `RuleError` (nobody to interview, more done than there are), `UnknownName` (a step there is not).

        >>> plan = inquiry_plan(48, interviewed=12, finished=["executives", "team", "targets"])
        >>> plan[["step", "task", "state"]]
           step        task state
        0     1  executives  done
        1     2        team  done
        2     3     targets  done
        3     4       phone  next
        4     5      review   due
        5     6    measures  open

    The same window in plain pandas:

        >>> import pandas as pd
        >>> bool(pd.Series([12 / 48]).between(0.25, 0.75).item())
        True
    """
    import pandas as pd

    held, everyone = _interviews(interviewed, leavers)
    if isinstance(finished, str):
        raise RuleError(f"finished is the text {finished!r}; give a list of steps")
    done = {word("step", step, InquiryStep) for step in finished}
    states = {step: "done" if step in done else "open" for step in InquiryStep}
    review = InquiryStep.REVIEW
    if review not in done and 4 * held >= everyone:
        states[review] = "due" if review_due(held, everyone) else "overdue"
    waiting = [step for step in InquiryStep if states[step] == "open"]
    states.update(dict.fromkeys(waiting[:1], "next"))
    return pd.DataFrame(
        {
            "step": [step.number for step in InquiryStep],
            "task": [step.value for step in InquiryStep],
            "name": [get(step.concept).term(lang) for step in InquiryStep],
            "state": [states[step] for step in InquiryStep],
        }
    )
