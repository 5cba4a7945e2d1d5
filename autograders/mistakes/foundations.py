"""Mistakes in the answers of the chapter `foundations`.

What each costs is written down here by hand, from what the chapter asks for; simulation and marking
share no line that decides it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograders.checks.foundations import PLANS, Figures, figures
from loyaltylib.data import load

from .draft import DATASET, Draft
from .mistake import EVERYTHING, Cost, Mistake, failing

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltylib.chapters import Text


def mistakes() -> list[Mistake]:
    """Return this chapter's mistakes."""
    return [*_quizzes(), *_numbers(), *_pays_back(), *_campaign(), *_curve(), *_net_gain()]


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
            {"en": "Two links of the deal are exchanged.", "zh": "业务的两个环节颠倒了。"},
            "quiz_crm",
            "links",
            ["asks", "slips", "call", "arrives", "review"],
            share=0,
        ),
        _quiz(
            "rival_counted",
            {"en": "A rival is counted among the customers.", "zh": "把竞争对手也算作了客户。"},
            "quiz_crm",
            "who_counts",
            ["clinic", "school", "gone", "office", "rival"],
            share=0.75,
        ),
        _quiz(
            "one_pair_wrong",
            {"en": "One of five pairs is wrong.", "zh": "配对题五个里错了一个。"},
            "quiz_crm",
            "keep_or_win",
            {
                "greeting": "communication",
                "rebate": "barriers",
                "school": "staff",
                "instant": "search",
                "cup": "explain",
            },
            share=0.8,
        ),
        _quiz(
            "crm_as_software",
            {"en": "CRM is taken for a program.", "zh": "把客户关系管理当成了软件。"},
            "quiz_crm",
            "real_crm",
            "program",
            share=0,
        ),
        _quiz(
            "hostages_loyal",
            {"en": "Who cannot leave is taken to be loyal.", "zh": "把走不了的客户当成了忠诚的客户。"},
            "quiz_crm",
            "locked_in",
            answer=True,
            share=0,
        ),
        _quiz(
            "points_as_per_cent",
            {"en": "Percentage points are taken for per cent of an item's rate.", "zh": "题目里的百分点当成了百分比。"},
            "quiz_money",
            "longer_stay",
            2.70,
            share=0,
        ),
        _quiz(
            "fifth_turned",
            {"en": "One fifth is taken the other way round.", "zh": "五分之一用反了。"},
            "quiz_money",
            "kept_for_won",
            7.2,
            share=0,
        ),
        _quiz(
            "room_as_effect",
            {"en": "The lowest rate is taken to gain most.", "zh": "以为留存率最低的地方收获最大。"},
            "quiz_money",
            "where_most",
            "low",
            share=0,
        ),
        _quiz(
            "all_options",
            {"en": "A multiple choice has every option.", "zh": "多选题把选项全选了。"},
            "quiz_money",
            "sound_use",
            ["beside", "range", "chance", "rule_of_three", "settled"],
            share=0,
        ),
        _quiz(
            "option_missing",
            {"en": "A multiple choice lacks one right option.", "zh": "多选题漏选了一个。"},
            "quiz_money",
            "sound_use",
            ["range"],
            share=0.5,
        ),
        _quiz(
            "verified_as_true",
            {"en": "A verified claim is taken to hold everywhere.", "zh": "以为已证实的引述到处都成立。"},
            "quiz_money",
            "verified_means",
            answer=True,
            share=0,
        ),
        _quiz(
            "unknown_option",
            {"en": "An answer names an option that is not there.", "zh": "答案里有一个不存在的选项。"},
            "quiz_money",
            "where_most",
            "the first one",
            share=0,
        ),
    ]


def _numbers() -> list[Mistake]:
    def added(name: str, said: Text, code: str) -> Mistake:
        def change(draft: Draft) -> dict[str, Cost]:
            draft.add("stays", code)
            return {"stays": EVERYTHING}

        return Mistake(name, said, "answer", ("stays",), change)

    return [
        added(
            "leavers_share",
            {"en": "The share of those who left is given.", "zh": "求成了离开的占比。"},
            "retention_rate = 1 - retention_rate",
        ),
        added(
            "of_next_year",
            {"en": "The whole is the customers of the next year.", "zh": "分母用了下一年的客户数。"},
            "retention_rate = len(both) / len(again)",
        ),
        Mistake(
            "neighbours_number",
            {"en": "A number is copied from another learner's notebook.", "zh": "数字抄自别的学员。"},
            "answer",
            ("stays",),
            _neighbours_number,
        ),
    ]


def _neighbours_number(draft: Draft) -> dict[str, Cost]:
    """Copy the number of a neighbour whose own differs from this learner's."""
    exercise = draft.exercise("stays")
    own = _figures(draft.own).retention
    for neighbour in ("ann", "bob", "cleo", "dan"):
        theirs = _figures(neighbour).retention
        if abs(theirs - own) > 2 * exercise.tolerance:
            draft.write("stays", f"retention_rate = {theirs:.4f}")
            return {"stays": EVERYTHING}
    draft.write("stays", "retention_rate = 2.0")
    return {"stays": EVERYTHING}


def _figures(learner: str) -> Figures:
    return figures(load(DATASET, learner))


def _written(name: str, said: Text, exercise: str, code: Callable[[dict[str, Any]], str], cost: Cost) -> Mistake:
    """Return the mistake of writing an answer so; the code may depend on the learner's own parameters."""

    def change(draft: Draft) -> dict[str, Cost]:
        draft.write(exercise, code(draft.variant(exercise)))
        return {exercise: cost}

    return Mistake(name, said, "answer", (exercise,), change)


def _pays_back() -> list[Mistake]:
    def answer(line: str) -> Callable[[dict[str, Any]], str]:
        return lambda own: f"def pays_back(cost):\n    return {line.format(**own)}"

    return [
        _written(
            "even_excluded",
            {"en": "> stands where >= is meant.", "zh": "该用 >= 的地方用了 >。"},
            "pays_back",
            answer("{margin} / (1 - {retention}) > cost"),
            failing("break-even"),
        ),
        _written(
            "one_year_only",
            {"en": "Only the margin of one year is counted.", "zh": "只算了一年的毛利。"},
            "pays_back",
            answer("{margin} >= cost"),
            failing("break-even", "own-value", "all-years"),
        ),
        _written(
            "rate_times_margin",
            {"en": "The margin is multiplied by the rate.", "zh": "用年毛利乘以留存率。"},
            "pays_back",
            answer("{margin} * {retention} >= cost"),
            failing("break-even", "own-value", "all-years"),
        ),
        _written(
            "comparison_turned",
            {"en": "The comparison is turned round.", "zh": "比较的方向反了。"},
            "pays_back",
            answer("{margin} / (1 - {retention}) <= cost"),
            failing("examples", "break-even", "own-value", "all-years"),
        ),
    ]


def _campaign() -> list[Mistake]:
    def chosen(name: str, said: Text, plans: list[str], *failed: str) -> Mistake:
        def change(draft: Draft) -> dict[str, Cost]:
            draft.write("campaign", f"spend = {plans!r}")
            found = _figures(draft.own)
            paying = [plan for plan in plans if found.net(plan) >= 0]
            return {"campaign": Cost(left={**dict.fromkeys(failed, 0.0), "pays": len(paying) / len(plans)})}

        return Mistake(name, said, "answer", ("campaign",), change)

    return [
        chosen(
            "every_plan", {"en": "Every plan is paid for.", "zh": "所有方案都选了。"}, list(PLANS), "budget", "best"
        ),
        chosen(
            "keep_only",
            {"en": "All is spent on keeping, money is left over.", "zh": "只选维系方案，钱没有用完。"},
            ["keep_homes", "keep_firms"],
            "best",
        ),
        chosen(
            "promotion_paid",
            {"en": "A plan that loses money is paid for.", "zh": "选了亏钱的方案。"},
            ["keep_homes", "win_promo"],
            "best",
        ),
    ]


def _curve() -> list[Mistake]:
    def answer(step: str, begun: str = "-{cost}") -> Callable[[dict[str, Any]], str]:
        return lambda own: (
            "fig, ax = plt.subplots()\nyears = [1, 2, 3, 4, 5, 6]\n"
            f"total = {begun.format(**own)}\ntotals = []\n"
            f"for year in years:\n    total = {step.format(**own)}\n    totals = totals + [total]\n"
            'ax.plot(years, totals)\nax.set(title="Paid back", xlabel="year", ylabel="yuan")'
        )

    return [
        _written(
            "curve_nobody_leaves",
            {"en": "In the figure nobody ever leaves.", "zh": "图里没有人离开。"},
            "curve",
            answer("total + {margin}"),
            failing("line"),
        ),
        _written(
            "curve_not_added_up",
            {"en": "The figure shows each year by itself, not the running total.", "zh": "图里是各年的数，没有累计。"},
            "curve",
            answer("{margin} * {retention} ** (year - 1)"),
            failing("start", "line"),
        ),
        _written(
            "curve_without_cost",
            {"en": "The figure leaves the cost of winning out.", "zh": "图里没有减去获客成本。"},
            "curve",
            answer("total + {margin} * {retention} ** (year - 1)", "0"),
            failing("start", "line"),
        ),
        _written(
            "curve_a_year_late",
            {"en": "The figure takes the share of who is left a year late.", "zh": "图里的留存晚了一年。"},
            "curve",
            answer("total + {margin} * {retention} ** year"),
            failing("start", "line"),
        ),
    ]


def _net_gain_code(  # noqa: PLR0913 - one argument for each line that can be wrong
    own: dict[str, Any],
    *,
    begun: str = "0",
    rate: str = '(plan["retention"] + plan["points"])',
    fee: str = 'plan["fee"]',
    power: str = "year",
    discounted: bool = True,
    end: str = "    return gain",
) -> str:
    """Return a function for `net_gain`, right but for the parts that are changed."""
    by = f" / {1 + own['discount']!r} ** ({power})" if discounted else ""
    return "\n".join(
        [
            "def net_gain(plan):",
            f"    gain = {begun}",
            f"    for year in {own['years']!r}:",
            '        before = plan["margin"] * plan["retention"] ** year',
            f'        after = (plan["margin"] - {fee}) * {rate} ** year',
            f"        gain = gain + (after - before){by}",
            end,
        ]
    )


def _net_gain() -> list[Mistake]:
    def wrong(name: str, said: Text, cost: Cost, **changed: Any) -> Mistake:
        return _written(name, said, "net_gain", lambda own: _net_gain_code(own, **changed), cost)

    return [
        wrong(
            "not_discounted",
            {"en": "Later years are not discounted.", "zh": "以后的年份没有折现。"},
            failing("points-only", "fee-only", "together"),
            discounted=False,
        ),
        wrong(
            "discounted_early",
            {"en": "This year is discounted already.", "zh": "今年的金额也打了折扣。"},
            failing("examples", "points-only", "fee-only", "together"),
            power="year + 1",
        ),
        wrong(
            "fee_forgotten",
            {"en": "The fee is forgotten.", "zh": "忘了费用。"},
            failing("examples", "fee-only", "together"),
            fee="0",
        ),
        wrong(
            "fee_once",
            {"en": "The fee is paid once only.", "zh": "费用只算了一次。"},
            failing("fee-only", "together"),
            fee="0",
            begun='-plan["fee"]',
        ),
        wrong(
            "points_of_the_rate",
            {"en": "The points are taken as per cent of the rate.", "zh": "百分点当成了留存率的百分比。"},
            failing("points-only", "together"),
            rate='(plan["retention"] * (1 + plan["points"]))',
        ),
        wrong(
            "returned_in_the_loop",
            {
                "en": "The function returns inside the loop, after the first year.",
                "zh": "在循环里就交回了，只算了第一年。",
            },
            failing("points-only", "fee-only", "together"),
            end="        return gain",
        ),
    ]
