"""Mistakes in the answers of the chapter `cases`.

What each costs is written down here by hand, from what the chapter asks for; simulation and marking
share no line that decides it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograders.checks.cases import board
from loyaltylib.data import load

from .draft import DATASET, Draft
from .mistake import EVERYTHING, Cost, Mistake, failing

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltylib.chapters import Text


def mistakes() -> list[Mistake]:
    """Return this chapter's mistakes."""
    return [*_quizzes(), *_numbers(), *_fees(), *_figures(), *_targets(), *_measures()]


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
            "routes_exchanged",
            {"en": "Two of three stories get each other's route.", "zh": "匹配题三个里有两个对调了。"},
            "quiz_routes",
            "which_route",
            {"choir": "extra_value", "forms": "value_for_money", "menu": "personalised"},
            share=1 / 3,
        ),
        _quiz(
            "help_as_a_discount",
            {"en": "Help is taken for a discount.", "zh": "把帮助当成了优惠。"},
            "quiz_routes",
            "what_was_solved",
            "cheaper",
            share=0,
        ),
        _quiz(
            "reduction_forgotten",
            {"en": "The reduction is forgotten.", "zh": "忘了减免。"},
            "quiz_routes",
            "fee_of_four",
            1600,
            share=0,
        ),
        _quiz(
            "cheap_as_loyal",
            {"en": "Buying cheaply is taken for loyalty.", "zh": "把图便宜当成了忠诚。"},
            "quiz_routes",
            "every_season",
            answer=True,
            share=0,
        ),
        _quiz(
            "fans_compared_with_all",
            {"en": "Fans are compared with everybody else.", "zh": "把铁杆顾客与所有人相比。"},
            "quiz_routes",
            "because_of_it",
            "all",
            share=0,
        ),
        _quiz(
            "worth_taken_for_cost",
            {"en": "What a benefit is worth is taken for what it costs.", "zh": "把服务的价值当成了成本。"},
            "quiz_plan",
            "dearest",
            ["discount", "tasting", "points", "draw"],
            share=0,
        ),
        _quiz(
            "retention_lowered",
            {"en": "The cost is taken off the retention.", "zh": "从保持率里减去了成本。"},
            "quiz_plan",
            "stay_longer",
            0.56,
            share=0,
        ),
        _quiz(
            "members_as_profit",
            {"en": "More members are taken for more profit.", "zh": "把会员数当成了利润。"},
            "quiz_plan",
            "free_for_all",
            ["small_fee", "swap", "more_members"],
            share=0.5,
        ),
        _quiz(
            "loyal_as_rich",
            {"en": "A tier is taken for a value.", "zh": "把层级当成了价值。"},
            "quiz_plan",
            "loyal_and_rich",
            answer=True,
            share=0,
        ),
        _quiz(
            "one_figure_as_two",
            {"en": "One figure with two names is taken for two tasks.", "zh": "把一个数字的两个名称当成了两项任务。"},
            "quiz_plan",
            "two_targets",
            "nothing",
            share=0,
        ),
    ]


def _added(name: str, said: Text, exercise: str, code: str, cost: Cost = EVERYTHING) -> Mistake:
    """Return the mistake of writing something below the right answer."""

    def change(draft: Draft) -> dict[str, Cost]:
        draft.add(exercise, code)
        return {exercise: cost}

    return Mistake(name, said, "answer", (exercise,), change)


def _numbers() -> list[Mistake]:
    return [
        _added(
            "margin_stays",
            {"en": "The cut is divided by the margin before it.", "zh": "除以了降价之前的利润率。"},
            "cut",
            "extra_needed = 0.15 / ((paid - goods) / paid)",
        ),
        _added(
            "all_sales",
            {"en": "All sales needed are given, not what comes on top.", "zh": "求成了全部销量，不是增加的部分。"},
            "cut",
            "extra_needed = 1 + extra_needed",
        ),
        _added(
            "markup_for_margin",
            {"en": "The margin is taken of the cost of the goods.", "zh": "利润率除以了货物成本。"},
            "cut",
            "extra_needed = 0.15 / ((paid - goods) / goods - 0.15)",
        ),
    ]


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


def _fee_code(least: str = ">= several", after: str = "prices * (1 - less)", total: str = "base + prices") -> str:
    return "\n".join([
        "def yearly_fee(options):",
        "    prices = sum(options.values())",
        f"    if len(options) {least}:",
        f"        prices = {after}",
        f"    return {total}",
    ])  # fmt: skip


def _fees() -> list[Mistake]:
    return [
        _function(
            "several_excluded",
            {"en": "> stands where “at least” is meant.", "zh": "“至少”写成了 >。"},
            "fee",
            lambda _: _fee_code(least="> several"),
            failing("exactly"),
        ),
        _function(
            "always_reduced",
            {"en": "The reduction is given for any number of options.", "zh": "选几项都有减免。"},
            "fee",
            lambda _: _fee_code(least=">= 0"),
            failing("examples", "few"),
        ),
        _function(
            "base_reduced_too",
            {"en": "The base fee is reduced as well.", "zh": "基本年费也打了折。"},
            "fee",
            lambda _: _fee_code(after="prices * (1 - less) - base * less"),
            failing("exactly", "many", "free"),
        ),
        _function(
            "share_paid",
            {"en": "The share that is taken off is paid instead.", "zh": "把减免的比例当成了应付的比例。"},
            "fee",
            lambda _: _fee_code(after="prices * less"),
            failing("exactly", "many", "free"),
        ),
        _function(
            "library_fee",
            {"en": "The library's fee is called, without a reduction.", "zh": "直接调用了库里的年费，没有减免。"},
            "fee",
            lambda _: (
                "from loyaltylib.cases import annual_fee\n\n\ndef yearly_fee(options):\n"
                "    return annual_fee(options=options, base=base)"
            ),
            failing("exactly", "many", "free"),
        ),
    ]


def _figures() -> list[Mistake]:
    start = "import matplotlib.pyplot as plt\n\nfig, ax = plt.subplots()\n"
    words = 'ax.set(title="A free card", xlabel="lift", ylabel="yuan")'

    def drawn(name: str, said: Text, values: str, words: str, costs: str) -> Mistake:
        code = f"{start}values = [{values} for lift in lifts]\nax.plot(lifts, values)\n{words}"
        return _function(name, said, "free_card", lambda _: code, failing(costs))

    outcome = "card_outcome({groups}, free, margin=margin, lift={lift}).{part}"
    return [
        drawn(
            "income_drawn",
            {"en": "The income is drawn instead of the profit.", "zh": "画成了收入，不是利润。"},
            outcome.format(groups="my_groups", lift="lift", part="income"),
            words,
            "line",
        ),
        drawn(
            "whole_company",
            {"en": "The whole company's groups are drawn.", "zh": "用了整个公司的客户，没有用自己的数据。"},
            outcome.format(groups="groups", lift="lift", part="profit"),
            words,
            "line",
        ),
        drawn(
            "lift_forgotten",
            {"en": "Every point has the same lift.", "zh": "每个点的 lift 都一样。"},
            outcome.format(groups="my_groups", lift="0", part="profit"),
            words,
            "line",
        ),
        drawn(
            "no_words",
            {"en": "The figure has no title and no labels.", "zh": "图没有标题和轴名。"},
            outcome.format(groups="my_groups", lift="lift", part="profit"),
            "",
            "words",
        ),
    ]


def _target(name: str, said: Text, make: Callable[[list[dict[str, str]]], dict[str, str]], cost: Cost) -> Mistake:
    """Return the mistake of deciding so, on the learner's own board."""

    def change(draft: Draft) -> dict[str, Cost]:
        draft.write("targets", f"targets = {make(board(load(DATASET, draft.own)))!r}")
        return {"targets": cost}

    return Mistake(name, said, "answer", ("targets",), change)


def _targets() -> list[Mistake]:
    return [
        _target(
            "everything_moved",
            {"en": "Every KPI is to become better.", "zh": "每项指标都要变好。"},
            lambda rows: {row["kpi"]: "further" for row in rows},
            failing("focus"),
        ),
        _target(
            "nothing_moved",
            {"en": "Every KPI is held.", "zh": "每项指标都保持现状。"},
            lambda rows: {row["kpi"]: "hold" for row in rows},
            failing("focus", "worst"),
        ),
        _target(
            "half_of_them",
            {"en": "Only five of the ten have a target.", "zh": "十项里只有五项有目标。"},
            lambda rows: {row["kpi"]: "further" for row in rows[:5]},
            Cost(left={"all": 0.5, "fits": 0.5}),
        ),
        _target(
            "best_moved",
            {"en": "What stands best is moved, what fell is held.", "zh": "推动了最好的，放着下降的不管。"},
            lambda rows: {row["kpi"]: "further" if place > 6 else "hold" for place, row in enumerate(rows)},  # noqa: PLR2004
            failing("worst"),
        ),
    ]


RIGHT = {
    "lost": ["letter", "churn_rate"],
    "onlooker": ["trial", "new_customers_per_month"],
    "at_risk": ["repair", "save_rate"],
    "new": ["calls", "new_customer_retention"],
    "inactive": ["whole_range", "customer_share"],
    "regular": ["card", "purchase_frequency"],
    "core": ["file", "retention_rate"],
    "advocate": ["reward", "new_customers_per_month"],
}


def _measured(name: str, said: Text, plan: dict[str, list[str]], cost: Cost) -> Mistake:
    """Return the mistake of choosing such measures."""
    return _function(name, said, "measures", lambda _: f"measures = {plan!r}", cost)


def _measures() -> list[Mistake]:
    return [
        _measured(
            "cut_for_everybody",
            {"en": "Prices are cut for all but core customers.", "zh": "除核心客户外，每一步都降价。"},
            {tier: ["price_cut", kpi] for tier, (_, kpi) in RIGHT.items()} | {"core": RIGHT["core"]},
            Cost(left={"budget": 0.0, "suits": 1 / 8, "worth": 0.0, "heart": 0.0}),
        ),
        _measured(
            "advocates_forgotten",
            {"en": "One step has no measure.", "zh": "有一步没有措施。"},
            {tier: pair for tier, pair in RIGHT.items() if tier != "advocate"},
            Cost(left={"budget": 0.0, "worth": 0.0, "suits": 7 / 8, "watched": 7 / 8}),
        ),
        _measured(
            "one_kpi_for_all",
            {"en": "One KPI is to watch every step.", "zh": "所有步骤都用同一项指标。"},
            {tier: [measure, "retention_rate"] for tier, (measure, _) in RIGHT.items()},
            Cost(left={"watched": 4 / 8, "spread": 1 / 6}),
        ),
        _measured(
            "core_gets_calls",
            {
                "en": "Those who pay most get what is meant for newcomers.",
                "zh": "付得最多的人，得到的是给新客户的措施。",
            },
            RIGHT | {"core": ["calls", "retention_rate"]},
            Cost(left={"suits": 7 / 8, "heart": 0.0}),
        ),
        _measured(
            "file_for_all_at_risk",
            {"en": "Everybody at risk gets a contact person of his own.", "zh": "每位流失边缘客户都配专属联系人。"},
            RIGHT | {"at_risk": ["file", "save_rate"]},
            Cost(left={"budget": 0.0, "worth": 0.0, "heart": 0.0}),
        ),
        _measured(
            "unknown_measure",
            {"en": "A measure is none of the menu.", "zh": "写了一个不在选项里的措施。"},
            RIGHT | {"core": ["champagne", "retention_rate"]},
            EVERYTHING,
        ),
    ]
