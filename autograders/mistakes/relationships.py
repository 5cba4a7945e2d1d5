"""Mistakes in the answers of the chapter `relationships`.

What each costs is written down here by hand, from what the chapter asks for; simulation and marking
share no line that decides it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograders.checks.relationships import accounts, desk
from loyaltylib.data import load

from .draft import DATASET, Draft
from .mistake import EVERYTHING, Cost, Mistake, failing

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltylib.chapters import Text


def mistakes() -> list[Mistake]:
    """Return this chapter's mistakes."""
    return [*_quizzes(), *_numbers(), *_pays(), *_plans(), *_figures(), *_choose_type()]


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
            "order_turned_round",
            {"en": "The order begins with the most work.", "zh": "排序题从投入最多的写起。"},
            "quiz_types",
            "work_order",
            ["partnership", "proactive", "accountable", "reactive", "basic"],
            share=0,
        ),
        _quiz(
            "answering_taken_for_calling",
            {"en": "One of four stories gets the wrong type.", "zh": "匹配题四个里错了一个。"},
            "quiz_types",
            "stories",
            {"kiosk": "basic", "hotline": "accountable", "tips": "proactive", "line": "partnership"},
            share=0.75,
        ),
        _quiz(
            "one_call_taken_for_many",
            {"en": "One call is taken for lasting contact.", "zh": "把一次电话当成了持续联系。"},
            "quiz_types",
            "one_call",
            "proactive",
            share=0,
        ),
        _quiz(
            "types_as_a_ranking",
            {"en": "The types are taken for a ranking.", "zh": "把五种类型当成了优劣的排列。"},
            "quiz_types",
            "ranking",
            answer=True,
            share=0,
        ),
        _quiz(
            "cells_mixed_up",
            {"en": "Two of four businesses get a type of another cell.", "zh": "匹配题四门生意里有两门对错了格。"},
            "quiz_grid",
            "cells",
            {"matches": "accountable", "turbines": "proactive", "ovens": "accountable", "phones": "reactive"},
            share=0.5,
        ),
        _quiz(
            "satisfaction_as_an_axis",
            {"en": "Satisfaction is taken for an axis of the grid.", "zh": "把满意度当成了选择表的维度。"},
            "quiz_grid",
            "closer",
            ["fewer", "dearer", "happier"],
            share=0.5,
        ),
        _quiz(
            "cost_forgotten",
            {"en": "The calls are left out of the cost to serve.", "zh": "服务成本里漏了来电。"},
            "quiz_grid",
            "left_over",
            8050,
            share=0,
        ),
        _quiz(
            "easiest_talk",
            {"en": "The easiest talk is taken for the most useful.", "zh": "把最容易见的人当成了最该见的人。"},
            "quiz_grid",
            "whom",
            "clerk",
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
            "firms_counted",
            {"en": "The share is taken of firms instead of money.", "zh": "求成了企业数的占比，不是金额的占比。"},
            "too_much",
            "too_much_share = len(too_much) / len(my_firms)",
        ),
        _added(
            "the_rest",
            {"en": "The share of all other firms is given.", "zh": "求成了其余企业的占比。"},
            "too_much",
            "too_much_share = 1 - too_much_share",
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


def _pays() -> list[Mistake]:
    start = "def pays(account):\n    return "
    return [
        _function(
            "half_excluded",
            {"en": "< stands where “at most” is meant.", "zh": "“不超过”写成了 <。"},
            "pays",
            lambda _: f'{start}visit * account["visits"] + call * account["calls"] < account["profit"] / 2',
            failing("at-most", "no-talk"),
        ),
        _function(
            "whole_profit",
            {"en": "The cost is compared with the whole profit.", "zh": "与全部利润比较，没有取一半。"},
            "pays",
            lambda _: f'{start}visit * account["visits"] + call * account["calls"] <= account["profit"]',
            failing("at-most", "own-visit", "own-call"),
        ),
        _function(
            "costs_exchanged",
            {"en": "The cost of a visit and of a call are exchanged.", "zh": "把拜访成本和来电成本对调了。"},
            "pays",
            lambda _: f'{start}call * account["visits"] + visit * account["calls"] <= account["profit"] / 2',
            failing("at-most", "own-visit", "own-call"),
        ),
        _function(
            "courses_costs",
            {"en": "The costs of the text are used instead of one's own.", "zh": "用了正文里的成本，没有用自己的。"},
            "pays",
            lambda _: f'{start}600 * account["visits"] + 100 * account["calls"] <= account["profit"] / 2',
            failing("at-most", "own-visit", "own-call"),
        ),
    ]


def _plan(name: str, said: Text, make: Callable[[list[dict[str, Any]]], dict[str, list[str]]], cost: Cost) -> Mistake:
    """Return the mistake of deciding so, on the learner's own six accounts."""

    def change(draft: Draft) -> dict[str, Cost]:
        six = desk(accounts(load(DATASET, draft.own)))
        draft.write("plan", f"plan = {make(six)!r}")
        return {"plan": cost}

    return Mistake(name, said, "answer", ("plan",), change)


def _plans() -> list[Mistake]:
    return [
        _plan(
            "account_forgotten",
            {"en": "One of the six accounts is forgotten.", "zh": "六家中漏了一家。"},
            lambda six: {each["id"]: [each["advised"], "grid"] for each in six[:5]},
            Cost(left={"hours": 0.0, "borne": 0.0, "reasons": 5 / 6}),
        ),
        _plan(
            "nobody_called",
            {"en": "Nobody is called any more.", "zh": "谁也不再联系。"},
            lambda six: {each["id"]: ["basic", "hours"] for each in six},
            failing("hours", "worth"),
        ),
        _plan(
            "one_reason_for_all",
            {"en": "One reason is given for every account.", "zh": "每家都写同一个理由。"},
            lambda six: {
                each["id"]: [each["advised"] if place < 3 else "basic", "grid"]  # noqa: PLR2004 - the three worth most
                for place, each in enumerate(six)
            },
            Cost(left={"reasons": 0.5}),
        ),
        _plan(
            "unknown_word",
            {"en": "A word is none of those to choose from.", "zh": "写了一个不在选项里的词。"},
            lambda six: {each["id"]: ["friendly", "grid"] for each in six},
            EVERYTHING,
        ),
    ]


def _figures() -> list[Mistake]:
    start = "import matplotlib.pyplot as plt\n\nfig, ax = plt.subplots()\n"
    words = 'ax.set(title="What is left", xlabel="type in use", ylabel="yuan")'

    def drawn(  # noqa: PLR0913 - what can be wrong in a figure
        name: str, said: Text, *, by: str, of: str, words: str, costs: str
    ) -> Mistake:
        table = f'by_type = my_firms.groupby("{by}", as_index=False)["left"].{of}()'
        code = f'{start}{table}\nax.bar(by_type["{by}"], by_type["left"])\n{words}'
        return _function(name, said, "draw_left", lambda _: code, failing(costs))

    return [
        drawn(
            "sum_for_mean",
            {"en": "The sum is drawn instead of the mean.", "zh": "画成了合计，不是平均。"},
            by="in_use",
            of="sum",
            words=words,
            costs="bars",
        ),
        drawn(
            "advised_for_used",
            {"en": "The types advised are drawn, not those in use.", "zh": "按建议的类型画，没有按现用类型。"},
            by="advised",
            of="mean",
            words=words,
            costs="bars",
        ),
        drawn(
            "no_words",
            {"en": "The figure has no title and no labels.", "zh": "图没有标题和轴名。"},
            by="in_use",
            of="mean",
            words="",
            costs="words",
        ),
    ]


def _choose_type_code(own: dict[str, Any], **changed: str) -> str:
    """Return a function for `choose_type`, right but for the parts that are changed."""
    part = {
        "few": f'account["customers"] < {own["few_below"]}',
        "many": 'account["customers"] < 1000',
        "high": f'account["margin"] >= {own["high_from"]}',
        "low": 'account["margin"] >= 0.2',
        "kinds": "types",
        "most": "1 + near + rich",
        "cost": f'cost[kind] * {own["parts"]} <= account["profit"]',
        "rest": '    return "basic"',
    } | changed
    return "\n".join([
        "def choose_type(account):",
        f"    few = 2 if {part['few']} else 1",
        f"    near = few if {part['many']} else 0",
        f"    high = 2 if {part['high']} else 1",
        f"    rich = high if {part['low']} else 0",
        f"    for kind in {part['kinds']}:",
        f"        if intensity[kind] <= {part['most']} and {part['cost']}:",
        "            return kind",
        *([part["rest"]] if part["rest"] else []),
    ])  # fmt: skip


def _choose_type() -> list[Mistake]:
    return [
        _function(
            "few_included",
            {"en": "<= stands where “fewer than” is meant.", "zh": "“少于”写成了 <=。"},
            "choose_type",
            lambda own: _choose_type_code(own, few=f'account["customers"] <= {own["few_below"]}'),
            failing("few-limit"),
        ),
        _function(
            "many_excluded",
            {"en": "1,000 customers are not taken for many.", "zh": "1000 位没有算作客户多。"},
            "choose_type",
            lambda own: _choose_type_code(own, many='account["customers"] <= 1000'),
            failing("many-limit"),
        ),
        _function(
            "high_excluded",
            {"en": "> stands where “at least” is meant.", "zh": "“不低于”写成了 >。"},
            "choose_type",
            lambda own: _choose_type_code(own, high=f'account["margin"] > {own["high_from"]}'),
            failing("high-limit"),
        ),
        _function(
            "least_work_first",
            {"en": "The types are tried from the least work up.", "zh": "从投入最少的类型试起。"},
            "choose_type",
            lambda own: _choose_type_code(own, kinds='["reactive", "accountable", "proactive", "partnership"]'),
            failing(
                *("examples", "few-limit", "many-limit", "high-limit", "low-limit", "cells", "cost-limit", "step-down"),
            ),
        ),
        _function(
            "cost_not_asked",
            {"en": "What the type costs is not asked.", "zh": "没有考虑成本。"},
            "choose_type",
            lambda own: _choose_type_code(own, cost="True"),
            failing("cost-limit", "step-down", "nothing-fits"),
        ),
        _function(
            "basic_forgotten",
            {"en": "Where nothing fits no type is returned.", "zh": "都不合适时没有交回任何类型。"},
            "choose_type",
            lambda own: _choose_type_code(own, rest=""),
            failing("examples", "cells", "nothing-fits"),
        ),
        _function(
            "library_choose",
            {
                "en": "The library's grid is called instead of one's own.",
                "zh": "直接调用了库里的选择表，没有用自己的规则。",
            },
            "choose_type",
            lambda _: (
                "from loyaltylib.relationships import choose\n\n\ndef choose_type(account):\n"
                '    return choose(customers=account["customers"], margin=account["margin"]).value'
            ),
            failing("few-limit", "high-limit", "cost-limit", "step-down", "nothing-fits"),
        ),
    ]
