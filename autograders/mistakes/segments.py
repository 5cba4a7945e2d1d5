"""Mistakes in the answers of the chapter `segments`.

What each costs is written down here by hand, from what the chapter asks for; simulation and marking share no line that
decides it.
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
    return [*_quizzes(), *_numbers(), *_plans(), *_figures(), *_worth(), *_cell_of()]


# ---------------------------------------------------------------- quizzes


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
            "past_as_life_cycle",
            {"en": "Past spending is taken for the life cycle.", "zh": "把过去的消费当成了生命周期维度。"},
            "quiz_groups",
            "dimension",
            {"tea": "attributes", "past": "lifecycle", "firm": "type", "win": "lifecycle"},
            share=0.75,
        ),
        _quiz(
            "tidy_as_useful",
            {"en": "Groups of equal size are taken for useful ones.", "zh": "把人数相等当成了有用。"},
            "quiz_groups",
            "useful_split",
            "even",
            share=0,
        ),
        _quiz(
            "curve_read_below",
            {"en": "The share of the smaller ones is given.", "zh": "写成了较小客户的占比。"},
            "quiz_groups",
            "lorenz",
            0.37,
            share=0,
        ),
        _quiz(
            "cut_counted",
            {"en": "A value at a cut counts as above it.", "zh": "把等于分界线算成了超过。"},
            "quiz_groups",
            "score",
            4,
            share=0,
        ),
        _quiz(
            "relative_as_fixed",
            {"en": "A score by fifths is taken for a fixed measure.", "zh": "把五等分的得分当成了固定标准。"},
            "quiz_groups",
            "relative",
            answer=True,
            share=0,
        ),
        _quiz(
            "cells_exchanged",
            {"en": "The two high cells are exchanged.", "zh": "两个高价值的格对调了。"},
            "quiz_value",
            "which_cell",
            {"school": "invest", "bank": "keep", "club": "cheaper", "hotel": "first"},
            share=0.5,
        ),
        _quiz(
            "share_as_part",
            {"en": "Market share is taken for a part of lifetime value.", "zh": "把市场份额当成了组成部分。"},
            "quiz_value",
            "parts",
            ["historical", "current", "potential", "share"],
            share=2 / 3,
        ),
        _quiz(
            "past_decides",
            {"en": "The past decides on the future.", "zh": "用过去来决定未来的投入。"},
            "quiz_value",
            "choose",
            "ash_sum",
            share=0,
        ),
        _quiz(
            "this_year_added",
            {"en": "This year's profit is added.", "zh": "把今年的利润也加了进去。"},
            "quiz_value",
            "multiple",
            900,
            share=0,
        ),
        _quiz(
            "unlikely_as_impossible",
            {"en": "Unlikely is taken for impossible.", "zh": "把不太可能当成了不可能。"},
            "quiz_value",
            "forecast_says",
            ["some", "order", "each"],
            share=0.5,
        ),
    ]


# ---------------------------------------------------------------- number, plan, figure


def _added(name: str, said: Text, exercise: str, code: str, cost: Cost) -> Mistake:
    """Return the mistake of writing this below the right answer."""

    def change(draft: Draft) -> dict[str, Cost]:
        draft.add(exercise, code)
        return {exercise: cost}

    return Mistake(name, said, "answer", (exercise,), change)


def _numbers() -> list[Mistake]:
    return [
        _added(
            "smaller_ones",
            {"en": "The share of the others is given.", "zh": "求成了其余客户的占比。"},
            "top_fifth",
            "top_fifth_share = 1 - top_fifth_share",
            EVERYTHING,
        ),
        _added(
            "revenue_for_profit",
            {"en": "Revenue is taken instead of profit.", "zh": "该用利润的地方用了收入。"},
            "top_fifth",
            'top_fifth_share = brings.nlargest(fifth, "revenue")["revenue"].sum() / brings["revenue"].sum()',
            EVERYTHING,
        ),
        _added(
            "heads_counted",
            {"en": "The share of the heads is given.", "zh": "求成了人数的占比。"},
            "top_fifth",
            "top_fifth_share = fifth / len(brings)",
            EVERYTHING,
        ),
        _added(
            "smallest_fifth",
            {"en": "The smallest fifth is taken.", "zh": "取成了最小的五分之一。"},
            "top_fifth",
            'top_fifth_share = brings.nsmallest(fifth, "profit")["profit"].sum() / brings["profit"].sum()',
            EVERYTHING,
        ),
    ]


def _plans() -> list[Mistake]:
    said_keep = '{**plan, next(w for w in plan if chosen["cell"][w] == "low_high"): ["keep", "much_elsewhere"]}'
    false_reason = '{**plan, next(w for w in plan if chosen["cell"][w] == "high_low"): ["keep", "much_elsewhere"]}'
    everyone = '{who: advice[shortlist["cell"][who]] for who in shortlist.index}'
    return [
        _added(
            "one_step_wrong",
            {"en": "One account of four gets a step of another cell.", "zh": "四位客户中有一位的做法属于别的格。"},
            "plan",
            f"plan = {said_keep}",
            Cost(left={"steps": 0.75}),
        ),
        _added(
            "one_reason_false",
            {"en": "One reason of four is not true of the account.", "zh": "四个理由中有一个不符合数据。"},
            "plan",
            f"plan = {false_reason}",
            Cost(left={"reasons": 0.75}),
        ),
        _added(
            "everybody_chosen",
            {"en": "All twelve accounts are chosen.", "zh": "十二位客户全选了。"},
            "plan",
            f"plan = {everyone}",
            failing("days"),
        ),
        _added(
            "growth_forgotten",
            {"en": "No account with room to grow is chosen.", "zh": "没有选有增长空间的客户。"},
            "plan",
            'plan = {who: step for who, step in plan.items() if chosen["cell"][who] != "low_high"}',
            failing("enough", "growth"),
        ),
        _added(
            "largest_forgotten",
            {"en": "The largest account is left out.", "zh": "漏掉了最大的客户。"},
            "plan",
            "plan = {who: step for who, step in plan.items() if who != chosen.index[-1]}",
            failing("enough", "largest"),
        ),
    ]


def _figures() -> list[Mistake]:
    return [
        _added(
            "largest_first",
            {"en": "The curve runs from the largest customer on.", "zh": "曲线从最大的客户开始画。"},
            "lorenz",
            'backwards = ranked["profit"][::-1].cumsum() / ranked["profit"].sum()\n'
            'fig, ax = plt.subplots()\nax.plot(steps, backwards)\nax.set(title="a", xlabel="b", ylabel="c")',
            failing("curve"),
        ),
        _added(
            "yuan_for_shares",
            {"en": "The curve is in yuan.", "zh": "曲线的单位是元，不是占比。"},
            "lorenz",
            'fig, ax = plt.subplots()\nax.plot(steps, ranked["profit"].cumsum())\n'
            'ax.set(title="a", xlabel="b", ylabel="c")',
            failing("curve", "corner"),
        ),
        _added(
            "not_summed_up",
            {"en": "The profits are drawn one by one.", "zh": "画的是每位客户的利润，没有累加。"},
            "lorenz",
            'fig, ax = plt.subplots()\nax.plot(steps, ranked["profit"] / ranked["profit"].sum())\n'
            'ax.set(title="a", xlabel="b", ylabel="c")',
            failing("curve", "corner"),
        ),
    ]


# ---------------------------------------------------------------- functions


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


def _worth_code(line: str) -> str:
    lines = [
        "def worth(account):",
        '    left = account["profit"] - account["service"]',
        '    stays = account["stays"]',
        f"    return {line}",
    ]
    return "\n".join(lines)


def _worth() -> list[Mistake]:
    return [
        _function(
            "only_later_years",
            {"en": "This year is left out.", "zh": "没有计入今年。"},
            "worth",
            lambda _: _worth_code("max(left, 0) * stays / (1 + interest - stays)"),
            failing("examples", "this-year", "later-years", "never-below-0"),
        ),
        _function(
            "worth_below_0",
            {"en": "A worth falls below 0.", "zh": "价值低于 0。"},
            "worth",
            lambda _: _worth_code("left + left * stays / (1 + interest - stays)"),
            failing("examples", "never-below-0"),
        ),
        _function(
            "interest_left_out",
            {"en": "Nothing is discounted.", "zh": "没有折现。"},
            "worth",
            lambda _: _worth_code("max(left, 0) + max(left, 0) * stays / (1 - stays)"),
            failing("later-years"),
        ),
        _function(
            "neighbours_interest",
            {
                "en": "The interest of the text is taken instead of one's own.",
                "zh": "用了正文里的折现率，没有用自己的。",
            },
            "worth",
            lambda _: _worth_code("max(left, 0) + max(left, 0) * stays / (1 + 0.1 - stays)"),
            failing("later-years"),
        ),
        _function(
            "library_worth",
            {"en": "The library's formula is called as it is.", "zh": "直接调用了库里的公式。"},
            "worth",
            lambda _: (
                "from loyaltylib.segments import clv_discounted\n\n\n"
                + _worth_code('clv_discounted(account["profit"], stays, interest)')
            ),
            failing("examples", "this-year", "later-years", "never-below-0"),
        ),
    ]


def _cell_of_code(own: dict[str, Any], **changed: str) -> str:
    """Return a function for `cell_of`, right but for the lines that are changed; an empty line is left out."""
    parts = {
        "unknown": 'if account["total"] is None:\n        return "unknown"',
        "potential": f'potential = (account["total"] - account["own"]) * 0.4 * {own["reach"]}',
        "now": f'now = "high" if account["profit"] >= {own["current_cut"]} else "low"',
        "ahead": f'ahead = "high" if potential >= {own["potential_cut"]} else "low"',
        "end": 'return now + "_" + ahead',
    } | changed
    return "\n".join(["def cell_of(account):", *(f"    {line}" for line in parts.values() if line)])


def _cell_of() -> list[Mistake]:
    return [
        _function(
            "unknown_forgotten",
            {"en": "An unknown total is not thought of.", "zh": "没有考虑总支出未知的情况。"},
            "cell_of",
            lambda own: _cell_of_code(own, unknown=""),
            failing("unknown"),
        ),
        _function(
            "above_the_cut",
            {"en": "> stands where “at least” is meant.", "zh": "该用“达到”的地方写成了“超过”。"},
            "cell_of",
            lambda own: _cell_of_code(own, now=f'now = "high" if account["profit"] > {own["current_cut"]} else "low"'),
            failing("current-cut"),
        ),
        _function(
            "everything_within_reach",
            {"en": "All spending elsewhere counts as within reach.", "zh": "把流向别处的钱都当成能争取到的。"},
            "cell_of",
            lambda own: _cell_of_code(own, potential='potential = (account["total"] - account["own"]) * 0.4'),
            failing("reach"),
        ),
        _function(
            "revenue_as_value",
            {"en": "The margin is left out.", "zh": "没有乘以利润率。"},
            "cell_of",
            lambda own: _cell_of_code(
                own, potential=f'potential = (account["total"] - account["own"]) * {own["reach"]}'
            ),
            failing("reach"),
        ),
        _function(
            "total_as_potential",
            {"en": "The whole spending counts as potential.", "zh": "把全部支出都当成了潜力。"},
            "cell_of",
            lambda own: _cell_of_code(own, potential=f'potential = account["total"] * 0.4 * {own["reach"]}'),
            failing("examples", "own-spending"),
        ),
        _function(
            "words_exchanged",
            {"en": "The two words are exchanged.", "zh": "两个词写反了。"},
            "cell_of",
            lambda own: _cell_of_code(own, end='return ahead + "_" + now'),
            failing("examples", "current-cut", "reach", "own-spending", "order"),
        ),
        _function(
            "library_cell_of",
            {
                "en": "The library's cell is called with everything elsewhere.",
                "zh": "直接调用了库里的函数，把别处的支出全部计入。",
            },
            "cell_of",
            lambda own: (
                "from loyaltylib.segments import clp_cell\n\n\ndef cell_of(account):\n"
                '    if account["total"] is None:\n        return "unknown"\n'
                '    ahead = (account["total"] - account["own"]) * 0.4\n'
                f'    return clp_cell(current=account["profit"], potential=ahead, current_cut={own["current_cut"]}, '
                f"potential_cut={own['potential_cut']})"
            ),
            failing("current-cut", "reach"),
        ),
    ]
