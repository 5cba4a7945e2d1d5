"""Mistakes in the answers of the chapter `kpis`.

What each costs is written down here by hand, from what the chapter asks for; simulation and marking
share no line that decides it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .mistake import EVERYTHING, Cost, Mistake, failing

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltylib.chapters import Text

    from .draft import Draft


def mistakes() -> list[Mistake]:
    """Return this chapter's mistakes."""
    return [*_quizzes(), *_numbers(), *_calls(), *_figures(), *_came_back(), *_judged()]


def _quiz(  # noqa: PLR0913 - what a mistake is
    name: str, said: Text, exercise: str, item: str, answer: object, *, share: float
) -> Mistake:
    """Return the mistake of answering one item so; `share` of its credit is left."""

    def change(draft: Draft) -> dict[str, Cost]:
        draft.write_quiz(exercise, draft.key(exercise) | {item: answer})
        return {exercise: Cost(left={item: share})}

    return Mistake(name, said, "answer", (exercise,), change)


def _quizzes() -> list[Mistake]:
    return [
        _quiz(
            "newcomers_counted_as_stayed",
            {"en": "New customers are counted among those who stayed.", "zh": "把新客户也算进了留下的人。"},
            "quiz_count",
            "stayed",
            1.04,
            share=0,
        ),
        _quiz(
            "grown_base_without_churn",
            {"en": "A base that grew is taken for no churn.", "zh": "以为客户基数增长就没有流失。"},
            "quiz_count",
            "grown_base",
            answer=True,
            share=0,
        ),
        _quiz(
            "kpis_exchanged",
            {"en": "Two of five pairs are exchanged.", "zh": "匹配题五个里有两个对调了。"},
            "quiz_count",
            "which_kpi",
            {
                "rival": "share",
                "campaign": "per_month",
                "rhythm": "frequency",
                "rescue": "new_retention",
                "first": "save",
            },
            share=0.6,
        ),
        _quiz(
            "amount_for_share",
            {"en": "A growing amount is taken for loyalty.", "zh": "把金额增长当成了更忠诚。"},
            "quiz_count",
            "smaller_part",
            "loyal",
            share=0,
        ),
        _quiz(
            "returned_for_stayed",
            {"en": "Coming back once is taken for staying.", "zh": "把回来过一次当成了留下。"},
            "quiz_count",
            "first_year",
            ["own_day", "early", "wait", "twice"],
            share=2 / 3,
        ),
        _quiz(
            "open_attempts_divide",
            {"en": "Attempts that are still open are divided by.", "zh": "分母里算进了还没有结果的尝试。"},
            "quiz_read",
            "decided",
            0.36,
            share=0,
        ),
        _quiz(
            "control_ignored",
            {"en": "All who stayed are credited to the calls.", "zh": "把所有留下的人都算成电话的功劳。"},
            "quiz_read",
            "what_it_adds",
            "six_hundred",
            share=0,
        ),
        _quiz(
            "order_by_risk",
            {"en": "Customers are put in order by their risk.", "zh": "按风险高低给客户排了序。"},
            "quiz_read",
            "save_order",
            ["vera", "paul", "ines", "omar"],
            share=0,
        ),
        _quiz(
            "one_limit_wrong",
            {"en": "One of four pairs is wrong.", "zh": "匹配题四个里错了一个。"},
            "quiz_read",
            "not_said",
            {"base": "per_month", "retention": "share", "spend": "buyers", "saved": "control"},
            share=0.75,
        ),
        _quiz(
            "every_task",
            {"en": "A multiple choice has every option.", "zh": "多选题把选项全选了。"},
            "quiz_read",
            "groundwork",
            ["board", "obstacle", "bonus", "each_step", "agency", "price_war"],
            share=0.5,
        ),
    ]


def _numbers() -> list[Mistake]:
    return [
        _added(
            "frequency_of_everybody",
            {
                "en": "The frequency is divided by all customers instead of those who bought.",
                "zh": "消费频率的分母用了全部客户，而不是购买的客户。",
            },
            "frequency",
            "frequency = len(my_autumn) / len(kit.data.customers)",
            EVERYTHING,
        ),
        _added(
            "frequency_turned_round",
            {"en": "Buyers are divided by purchases.", "zh": "把购买者人数除以了购买次数。"},
            "frequency",
            "frequency = 1 / frequency",
            EVERYTHING,
        ),
    ]


def _added(name: str, said: Text, exercise: str, code: str, cost: Cost) -> Mistake:
    """Return the mistake of writing code below the right answer."""

    def change(draft: Draft) -> dict[str, Cost]:
        draft.add(exercise, code)
        return {exercise: cost}

    return Mistake(name, said, "answer", (exercise,), change)


def _calls() -> list[Mistake]:
    return [
        _added(
            "unknown_customer",
            {"en": "Somebody who is not in the learner's data is called.", "zh": "选了不在自己数据里的客户。"},
            "calls",
            'calls = ["K9999", "K9998", "K9997"]',
            EVERYTHING,
        ),
    ]


def _figures() -> list[Mistake]:
    return [
        _added(
            "mean_of_shares",
            {"en": "The mean of the customers' shares is drawn.", "zh": "画的是各客户份额的平均值。"},
            "share_line",
            'each = two_years["own_spend"] / two_years["total_category_spend"]\n'
            "ax.lines[0].remove()\n"
            'ax.plot(each.groupby(two_years["period"]).mean())',
            failing("share"),
        ),
        _added(
            "all_three_years",
            {"en": "All three years are drawn.", "zh": "把三年都画上了。"},
            "share_line",
            'sums = my_wallet.groupby("period")[["own_spend", "total_category_spend"]].sum()\n'
            "ax.lines[0].remove()\n"
            'ax.plot(sums["own_spend"] / sums["total_category_spend"])',
            failing("quarters", "share"),
        ),
    ]


def _function(
    name: str,
    said: Text,
    exercise: str,
    code: Callable[[dict[str, Any]], str],
    cost: Cost,
) -> Mistake:
    """Return the mistake of writing a function so; the code may depend on the learner's own parameters."""

    def change(draft: Draft) -> dict[str, Cost]:
        draft.write(exercise, code(draft.variant(exercise)))
        return {exercise: cost}

    return Mistake(name, said, "answer", (exercise,), change)


def _came_back() -> list[Mistake]:
    return [
        _function(
            "last_day_excluded",
            {"en": "< stands where “at most” is meant.", "zh": "“不超过”写成了 <。"},
            "came_back",
            lambda own: f"def came_back(days):\n    return len(days) > 0 and days[0] < {own['watch']}",
            failing("limit-day"),
        ),
        _function(
            "last_return_taken",
            {"en": "The last return is looked at instead of the first.", "zh": "看的是最后一次回来，而不是第一次。"},
            "came_back",
            lambda own: f"def came_back(days):\n    return len(days) > 0 and days[-1] <= {own['watch']}",
            failing("first-return"),
        ),
        _function(
            "ninety_days",
            {"en": "The chapter's 90 days are used instead of one's own.", "zh": "用了正文的 90 天，没有用自己的。"},
            "came_back",
            lambda _: "def came_back(days):\n    return len(days) > 0 and days[0] <= 90",
            failing("limit-day", "own-watch"),
        ),
    ]


def _judged_code(own: dict[str, Any], **changed: str) -> str:
    """Return a function for `judged`, right but for the parts that are changed; an empty one is left out."""
    parts = {
        "nothing": 'row["value"] is None or row["before"] is None',
        "zero": 'row["before"] == 0',
        "change": 'row["value"] / row["before"] - 1',
        "same": f"abs(change) < {own['steady']}",
        "lower": f'row["kpi"] in ("churn_rate", "{own["lower"]}")',
    } | changed
    lines = ["def judged(row):"]
    for name in ("nothing", "zero"):
        lines += [f"    if {parts[name]}:", '        return "unknown"'] if parts[name] else []
    lines += [f"    change = {parts['change']}", f"    if {parts['same']}:", '        return "same"']
    lines += [f"    if {parts['lower']}:", "        change = -change"] if parts["lower"] else []
    return "\n".join([*lines, '    return "better" if change > 0 else "worse"'])


def _judged() -> list[Mistake]:
    return [
        _function(
            "zero_before_forgotten",
            {"en": "A value before of 0 is not thought of.", "zh": "没有考虑上一期为 0 的情况。"},
            "judged",
            lambda own: _judged_code(own, zero=""),
            failing("from-nothing"),
        ),
        _function(
            "zero_is_nothing",
            {"en": "A value of 0 is taken for unknown.", "zh": "把数值 0 当成了不知道。"},
            "judged",
            lambda own: _judged_code(own, nothing='not row["value"] or row["before"] is None'),
            failing("from-nothing"),
        ),
        _function(
            "difference_for_change",
            {"en": "The difference is taken instead of the relative change.", "zh": "用差值代替了变化幅度。"},
            "judged",
            lambda own: _judged_code(own, change='row["value"] - row["before"]'),
            failing("own-steady", "relative", "before-divides"),
        ),
        _function(
            "churn_forgotten",
            {"en": "Churn that rises is called better.", "zh": "把客户流失率上升说成了好转。"},
            "judged",
            lambda own: _judged_code(own, lower=f'row["kpi"] == "{own["lower"]}"'),
            failing("churn"),
        ),
        _function(
            "own_lower_forgotten",
            {"en": "One's own KPI for which less is better is forgotten.", "zh": "忘了自己那项越低越好的指标。"},
            "judged",
            lambda own: _judged_code(own, lower='row["kpi"] == "churn_rate"'),
            failing("own-lower"),
        ),
        _function(
            "only_rises_are_same",
            {"en": "A small fall is called worse.", "zh": "把小幅下降说成了恶化。"},
            "judged",
            lambda own: _judged_code(own, same=f"0 <= change < {own['steady']}"),
            failing("own-steady", "relative", "before-divides"),
        ),
        _function(
            "five_points",
            {"en": "Another limit is used instead of one's own.", "zh": "用了别的界限，没有用自己的。"},
            "judged",
            lambda own: _judged_code(own, same="abs(change) < 0.1"),
            failing("own-steady", "relative", "before-divides"),
        ),
    ]
