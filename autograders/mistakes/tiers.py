"""Mistakes in the answers of the chapter `tiers`.

What each costs is written down here by hand, from what the chapter asks for; simulation and marking
share no line that decides it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograders.checks.tiers import figures
from loyaltylib.data import load
from loyaltylib.tiers import Tier

from .draft import DATASET, Draft
from .mistake import EVERYTHING, Cost, Mistake, failing

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltylib.chapters import Text


def mistakes() -> list[Mistake]:
    """Return this chapter's mistakes."""
    return [*_quizzes(), *_written_below(), *_lapsed(), *_assign_one()]


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
            "wrong_order",
            {"en": "Two tiers are exchanged in the ordering.", "zh": "排序题里有两个层级颠倒了。"},
            "quiz_ladder",
            "order",
            ["onlooker", "new", "at_risk", "inactive", "core"],
            share=0,
        ),
        _quiz(
            "one_pair_wrong",
            {"en": "One of four pairs is wrong.", "zh": "配对题四个里错了一个。"},
            "quiz_ladder",
            "who_is_it",
            {"vera": "new", "omar": "inactive", "ines": "at_risk", "paul": "advocate"},
            share=0.75,
        ),
        _quiz(
            "false_option",
            {
                "en": "A multiple choice has one false option beside all right ones.",
                "zh": "多选题全选对了，但多选了一个。",
            },
            "quiz_ladder",
            "core_notes",
            ["pallets", "suggestions", "standing", "terms", "cheapest"],
            share=0.75,
        ),
        _quiz(
            "all_options",
            {"en": "A multiple choice has every option.", "zh": "多选题把选项全选了。"},
            "quiz_strategies",
            "advocate_steps",
            ["reward", "stories", "interview", "discount", "forgive", "bulk"],
            share=0,
        ),
        _quiz(
            "option_missing",
            {"en": "A multiple choice lacks one right option.", "zh": "多选题漏选了一个。"},
            "quiz_strategies",
            "advocate_steps",
            ["reward", "stories"],
            share=2 / 3,
        ),
        _quiz(
            "pairs_exchanged",
            {"en": "Two of five pairs are exchanged.", "zh": "配对题五个里有两个对调了。"},
            "quiz_strategies",
            "which_strategy",
            {"desk": "feedback", "list": "pyramid", "line": "cross_sell", "again": "customised", "panel": "codesign"},
            share=0.6,
        ),
        _quiz(
            "inactive_as_asleep",
            {"en": "“Inactive” is taken for “asleep”.", "zh": "把“不活跃”当成了“沉睡”。"},
            "quiz_strategies",
            "inactive_first",
            "wake",
            share=0,
        ),
        _quiz(
            "truth_turned",
            {"en": "A true-or-false item is turned round.", "zh": "判断题答反了。"},
            "quiz_strategies",
            "easier_win",
            answer=True,
            share=0,
        ),
        _quiz(
            "unknown_option",
            {"en": "An answer names an option that is not there.", "zh": "答案里有一个不存在的选项。"},
            "quiz_strategies",
            "inactive_first",
            "the first one",
            share=0,
        ),
        _quiz(
            "onlookers_counted",
            {"en": "Onlookers are counted into the customer base of an item.", "zh": "题目里把观望者算进了客户基数。"},
            "quiz_ladder",
            "base_count",
            1110,
            share=0,
        ),
    ]


def _below(name: str, said: Text, exercise: str, code: str, cost: Cost) -> Mistake:
    """Return the mistake of what `code` does to the right answer that stands above it."""

    def change(draft: Draft) -> dict[str, Cost]:
        draft.add(exercise, code)
        return {exercise: cost}

    return Mistake(name, said, "answer", (exercise,), change)


def _written_below() -> list[Mistake]:
    return [
        _below(
            "onlookers_kept",
            {"en": "Onlookers are left in the customer base.", "zh": "客户基数里没有减去观望者。"},
            "base",
            'customer_base = len(my_tiers) - counts["lost"]',
            EVERYTHING,
        ),
        _below(
            "at_risk_taken_away",
            {"en": "Customers at risk are taken out of the base.", "zh": "客户基数里减去了流失边缘客户。"},
            "base",
            'customer_base = customer_base - counts["at_risk"]',
            EVERYTHING,
        ),
        Mistake(
            "neighbours_number",
            {"en": "A number is copied from another learner's notebook.", "zh": "数字抄自别的学员。"},
            "answer",
            ("base",),
            _neighbours_number,
        ),
        *_bars(),
        _below(
            "everybody_saved",
            {"en": "Everybody is called on, whatever the hours.", "zh": "不管时间够不够，谁都去拜访。"},
            "save",
            "save = list(desk.index)",
            failing("hours", "kept"),
        ),
        _below(
            "one_too_many",
            {"en": "The choice has one customer more than the hours allow.", "zh": "所选的比时间允许的多一位。"},
            "save",
            "save = save + [who for who in desk.index if who not in save][:1]",
            failing("hours", "kept"),
        ),
        _below(
            "least_saved",
            {"en": "Only the customer is called on who keeps least.", "zh": "只去拜访能留住金额最少的那一位。"},
            "save",
            'save = list(desk.sort_values("keeps").index[:1])',
            failing("kept"),
        ),
    ]


def _bars() -> list[Mistake]:
    def drawn(name: str, said: Text, sums: str) -> Mistake:
        code = (
            f"by_tier = {sums}\nfig, ax = plt.subplots()\n"
            'ax.bar(by_tier["tier"], by_tier["amount"])\nax.set(title="2025", xlabel="tier", ylabel="yuan")'
        )
        return _below(name, said, "revenue", code, failing("bars"))

    return [
        drawn(
            "bars_of_orders",
            {"en": "The bars count orders instead of adding up amounts.", "zh": "柱子的高度是订单数，不是金额合计。"},
            'spend.groupby("tier", as_index=False)["amount"].count()',
        ),
        drawn(
            "bars_of_means",
            {"en": "The bars are means instead of sums.", "zh": "柱子的高度是平均值，不是合计。"},
            'spend.groupby("tier", as_index=False)["amount"].mean()',
        ),
        drawn(
            "bars_of_all_years",
            {"en": "The bars are of all years.", "zh": "柱形图用了所有年份的订单。"},
            'my_orders.merge(my_tiers, on="customer_id").groupby("tier", as_index=False)["amount"].sum()',
        ),
    ]


def _neighbours_number(draft: Draft) -> dict[str, Cost]:
    """Copy the number of a neighbour whose own differs from this learner's."""
    exercise = draft.exercise("base")
    own = _base(draft.own)
    for neighbour in ("ann", "bob", "cleo", "dan"):
        theirs = _base(neighbour)
        if abs(theirs - own) > 2 * exercise.tolerance:
            draft.write("base", f"customer_base = {theirs}")
            return {"base": EVERYTHING}
    draft.write("base", "customer_base = 2")
    return {"base": EVERYTHING}


def _base(learner: str) -> int:
    return figures(load(DATASET, learner)).base


def _function(
    name: str,
    said: Text,
    exercise: str,
    code: Callable[[dict[str, Any]], str],
    cost: Cost | Callable[[dict[str, Any]], Cost],
) -> Mistake:
    """Return the mistake of writing a function so; code and cost may depend on the learner's own parameters."""

    def change(draft: Draft) -> dict[str, Cost]:
        own = draft.variant(exercise)
        draft.write(exercise, code(own))
        return {exercise: cost if isinstance(cost, Cost) else cost(own)}

    return Mistake(name, said, "answer", (exercise,), change)


def _lapsed() -> list[Mistake]:
    return [
        _function(
            "limit_excluded",
            {"en": "> stands where >= is meant.", "zh": "该用 >= 的地方用了 >。"},
            "lapsed",
            lambda own: f"def lapsed(days_since_last):\n    return days_since_last > {own['lapse_days']}",
            failing("limit-day"),
        ),
        _function(
            "nan_lapsed",
            {"en": "Who never bought counts as lapsed.", "zh": "没有买过的人被算成流失。"},
            "lapsed",
            lambda own: f"def lapsed(days_since_last):\n    return not days_since_last < {own['lapse_days']}",
            failing("never-bought"),
        ),
        _function(
            "library_lapsed",
            {"en": "The library's rule is called instead of one's own.", "zh": "直接调用了库里的规则。"},
            "lapsed",
            lambda _: (
                "from loyaltylib.tiers import tier_of\n\n\ndef lapsed(days_since_last):\n"
                '    return tier_of({"n_orders": 1, "days_since_last": days_since_last}) == "lost"'
            ),
            failing("limit-day", "own-limit"),
        ),
    ]


def _assign_one_code(own: dict[str, Any], **changed: str) -> str:
    """Return a function for `assign_one`, right but for the lines that are changed; an empty line is left out."""
    conditions = {
        "onlooker": 'signals["orders"] == 0',
        "lost": 'signals["days_since_last"] > 180',
        "new": f'signals["tenure_days"] <= {own["new_days"]}',
        "at_risk": 'signals["warnings"] >= 2',
        "advocate": 'signals["recommendations"] >= 1',
        "core": 'signals["negotiations"] >= 1',
        "inactive": 'signals["suppliers"] > 1',
    } | changed
    order = ["onlooker", "lost", "new", "at_risk", "advocate", "core", "inactive"]
    if own["first"] == "advocate":
        order[3:5] = ["advocate", "at_risk"]
    lines = ["def assign_one(signals):"]
    for tier in order:
        lines += [f"    if {conditions[tier]}:", f'        return "{tier}"']
    return "\n".join([*lines, *([] if "rest" in changed else ['    return "regular"'])])


_LIBRARY_ASSIGN_ONE = """\
from loyaltylib.tiers import tier_of


def assign_one(signals):
    return tier_of({
        "n_orders": signals["orders"],
        "days_since_last": signals["days_since_last"],
        "tenure_days": signals["tenure_days"],
        "open_complaints": signals["warnings"],
        "referrals": signals["recommendations"],
        "complaints_unforgiven": 0,
        "negotiations": signals["negotiations"],
        "n_suppliers": signals["suppliers"],
    })"""


def _library_misses(own: dict[str, Any]) -> Cost:
    """Return what the library fails: it asks more of core and inactive, has 90 days for new, puts at risk first."""
    always = ("new-limit", "warnings-limit", "upper-order", "inactive")
    return failing(*always, *(("own-order",) if own["first"] == Tier.ADVOCATE else ()))


def _assign_one() -> list[Mistake]:
    return [
        _function(
            "wrong_precedence",
            {"en": "Two lines of the rule are in the other order.", "zh": "规则里有两条的先后颠倒了。"},
            "assign_one",
            lambda own: _assign_one_code(own | {"first": "advocate" if own["first"] == "at_risk" else "at_risk"}),
            failing("own-order"),
        ),
        _function(
            "lost_a_day_early",
            {"en": ">= stands where “more than” is meant.", "zh": "“超过”写成了 >=。"},
            "assign_one",
            lambda own: _assign_one_code(own, lost='signals["days_since_last"] >= 180'),
            failing("lost-limit"),
        ),
        _function(
            "new_a_day_short",
            {"en": "< stands where “at most” is meant.", "zh": "“不超过”写成了 <。"},
            "assign_one",
            lambda own: _assign_one_code(own, new=f'signals["tenure_days"] < {own["new_days"]}'),
            failing("new-limit"),
        ),
        _function(
            "one_warning_enough",
            {"en": "One warning is taken as enough.", "zh": "有一个预警就判为流失边缘。"},
            "assign_one",
            lambda own: _assign_one_code(own, at_risk='signals["warnings"] >= 1'),
            failing("warnings-limit"),
        ),
        _function(
            "rest_forgotten",
            {"en": "Who fits no line gets no tier.", "zh": "哪条都不符合的客户没有层级。"},
            "assign_one",
            lambda own: _assign_one_code(own, rest=""),
            failing("examples", "onlooker", "lost-limit", "new-limit", "warnings-limit", "inactive"),
        ),
        _function(
            "library_assign_one",
            {
                "en": "The library's rules are called instead of one's own.",
                "zh": "直接调用了库里的规则，没有用自己的。",
            },
            "assign_one",
            lambda _: _LIBRARY_ASSIGN_ONE,
            _library_misses,
        ),
    ]
