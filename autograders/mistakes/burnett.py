"""Mistakes in the answers of the chapter `burnett`.

What each costs is written down here by hand, from what the chapter asks for; simulation and marking share no line that
decides it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograders.checks.burnett import DEVELOP, FIRM, accounts
from loyaltylib.burnett import RELATIONSHIP
from loyaltylib.data import load

from .draft import DATASET, Draft
from .mistake import EVERYTHING, Cost, Mistake, failing

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltylib.chapters import Text

    Plan = dict[str, list[str]]


def mistakes() -> list[Mistake]:
    """Return this chapter's mistakes."""
    return [*_quizzes(), *_numbers(), *_figures(), *_decisions(), *_index(), *_kept()]


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
            "expert_decides",
            {"en": "Who knows most is taken for the one who decides.", "zh": "把最懂行的人当成了决策者。"},
            "quiz_who",
            "clinic",
            {"nurse": "decider", "head": "decider", "assistants": "works_with_it", "foundation": "purchaser"},
            share=0.75,
        ),
        _quiz(
            "payer_in_base",
            {"en": "Who is not in the base is thought to bring no revenue.", "zh": "以为不在客户基数里就没有收入。"},
            "quiz_who",
            "never_ordered",
            answer=True,
            share=0,
        ),
        _quiz(
            "may_as_law",
            {"en": "A “may” is read as proven.", "zh": "把“可能”读成了“已经证明”。"},
            "quiz_who",
            "interval",
            ["again", "home", "proven"],
            share=0.5,
        ),
        _quiz(
            "much_as_good",
            {"en": "Much of a thing is scored high, though it is bad for us.", "zh": "越多越不利的指标也打了高分。"},
            "quiz_matrix",
            "five_is_best",
            ["margin", "punctual", "growing", "roasting"],
            share=2 / 3,
        ),
        _quiz(
            "one_cell_lower",
            {"en": "One account of six gets a neighbour's strategy.", "zh": "六家客户里有一家用了相邻格子的策略。"},
            "quiz_matrix",
            "strategies",
            {
                "clinic": "develop",
                "school": "develop",
                "garage": "develop",
                "hotel": "defend_and_hold",
                "library": "minimal_hold",
                "kiosk": "exit",
            },
            share=5 / 6,
        ),
        _quiz(
            "any_direction",
            {"en": "Weights are thought to move an account sideways too.", "zh": "以为权重也会让客户左右移动。"},
            "quiz_matrix",
            "which_way",
            "anywhere",
            share=0,
        ),
    ]


def _code(name: str, said: Text, exercise: str, code: str) -> Mistake:
    def change(draft: Draft) -> dict[str, Cost]:
        draft.add(exercise, code)
        return {exercise: EVERYTHING}

    return Mistake(name, said, "answer", (exercise,), change)


def _numbers() -> list[Mistake]:
    return [
        _code(
            "people_for_money",
            {"en": "People are counted instead of money.", "zh": "数的是人数，不是金额。"},
            "others_pay",
            'others_pay = (got["paid_by_others"] > 0).sum() / len(got)',
        ),
        _code(
            "own_share",
            {"en": "The share that people paid for themselves is given.", "zh": "求成了自己付款的占比。"},
            "others_pay",
            "others_pay = 1 - others_pay",
        ),
    ]


def _figures() -> list[Mistake]:
    def change(draft: Draft) -> dict[str, Cost]:
        draft.write(
            "own_map",
            "import matplotlib.pyplot as plt\n\nfig, ax = plt.subplots()\n"
            'ax.scatter(placed["attractiveness"], placed["relationship"])\n'
            'ax.set(title="Accounts", xlabel="attractiveness", ylabel="relationship")',
        )
        return {"own_map": failing("points")}

    said: Text = {"en": "The two axes of the map are exchanged.", "zh": "图的横轴和纵轴弄反了。"}
    return [Mistake("axes_exchanged", said, "answer", ("own_map",), change)]


# ---------------------------------------------------------------- develop


def _right(known: dict[str, dict[str, Any]], number: int) -> Plan:
    """Return a right plan for so many of the largest accounts that may be chosen."""
    best = [who for who, it in known.items() if it["strategy"] in DEVELOP and it["kept"] >= FIRM]
    return {who: [known[who]["strategy"], known[who]["weakest"][0]] for who in best[:number]}


def _decision(name: str, said: Text, wrong: Callable[[dict[str, dict[str, Any]]], Plan], cost: Cost) -> Mistake:
    def change(draft: Draft) -> dict[str, Cost]:
        plan = wrong(accounts(load(DATASET, draft.own)))
        draft.write("develop", f"plan = {plan!r}")
        return {"develop": cost}

    return Mistake(name, said, "answer", ("develop",), change)


def _other_word(known: dict[str, dict[str, Any]]) -> Plan:
    plan = _right(known, 3)
    who = next(iter(plan))
    return plan | {who: ["exit", plan[who][1]]}


def _strongest(known: dict[str, dict[str, Any]]) -> Plan:
    """Give for one account an indicator that is not its lowest; scores never are all alike."""
    plan = _right(known, 3)
    who = next(iter(plan))
    other = next(str(name) for name in RELATIONSHIP if name not in known[who]["weakest"])
    return plan | {who: [plan[who][0], other]}


def _held(known: dict[str, dict[str, Any]]) -> Plan:
    """Return a firm account of another cell, with what is right for it."""
    other = next(who for who, it in known.items() if it["strategy"] not in DEVELOP and it["kept"] >= FIRM)
    return {other: [known[other]["strategy"], known[other]["weakest"][0]]}


def _decisions() -> list[Mistake]:
    return [
        _decision(
            "four_accounts",
            {
                "en": "A fourth account is added, one that is not to be developed.",
                "zh": "多选了一家，而且不是该发展的。",
            },
            lambda known: _right(known, 3) | _held(known),
            Cost(left={"three": 0, "develop": 3 / 4}),
        ),
        _decision(
            "other_strategy",
            {"en": "One strategy is not the one of the account's cell.", "zh": "有一家的策略与所在格子不符。"},
            _other_word,
            Cost(left={"strategy": 2 / 3}),
        ),
        _decision(
            "no_weak_spot",
            {"en": "One reason is not the account's lowest score.", "zh": "有一家的理由不是得分最低的一项。"},
            _strongest,
            Cost(left={"weak_spot": 2 / 3}),
        ),
        _decision(
            "held_account_chosen",
            {"en": "One account stands in a cell that does not say “develop”.", "zh": "有一家所在的格子并不建议发展。"},
            lambda known: _right(known, 2) | _held(known),
            Cost(left={"develop": 2 / 3}),
        ),
    ]


# ---------------------------------------------------------------- index and kept


def _function(name: str, said: Text, exercise: str, code: Callable[[dict[str, Any]], str], *probes: str) -> Mistake:
    """Return the mistake of writing a function so, and the probes it misses."""

    def change(draft: Draft) -> dict[str, Cost]:
        draft.write(exercise, code(draft.variant(exercise)))
        return {exercise: failing(*probes)}

    return Mistake(name, said, "answer", (exercise,), change)


def _index() -> list[Mistake]:
    return [
        _function(
            "gap_as_nothing",
            {"en": "A missing score counts as 0.", "zh": "缺项按 0 分算。"},
            "index",
            lambda _: "def index(scores):\n    return sum(branch[name] * scores.get(name, 0) for name in branch)",
            *("gap", "nothing"),
        ),
        _function(
            "gap_left_out",
            {"en": "Missing scores are left out and the weights rescaled.", "zh": "去掉缺项，再把权重放大。"},
            "index",
            lambda _: (
                "def index(scores):\n    there = [name for name in branch if name in scores]\n"
                "    return sum(branch[name] * scores[name] for name in there) / sum(branch[name] for name in there)"
            ),
            *("gap", "nothing"),
        ),
        _function(
            "through_the_scores",
            {"en": "The loop goes through the scores, not the weights.", "zh": "循环的是评分，不是权重。"},
            "index",
            lambda _: "def index(scores):\n    return sum(branch[name] * scores[name] for name in scores)",
            *("gap", "others", "nothing"),
        ),
        _function(
            "plain_mean",
            {"en": "All indicators weigh the same.", "zh": "各项指标的权重都一样。"},
            "index",
            lambda _: "def index(scores):\n    return sum(scores.get(name, fill) for name in branch) / len(branch)",
            *("weights", "gap", "others"),
        ),
    ]


def _kept_code(
    *, band: str = "(1 - step) * total + step * scores[name]", ours: str = "attractiveness_band(total)", of: str = "19"
) -> str:
    """Return a function for `kept`, right but for the parts that are changed."""
    return (
        "def kept(scores):\n"
        "    total = sum(weights[name] * scores[name] for name in weights)\n"
        f"    bands = [attractiveness_band({band}) for name in weights]\n"
        f"    return bands.count({ours}) / {of}"
    )


def _kept() -> list[Mistake]:
    return [
        _function(
            "parts_exchanged",
            {"en": "Index and score are exchanged in the formula.", "zh": "公式里指数和分值弄反了。"},
            "kept",
            lambda _: _kept_code(band="step * total + (1 - step) * scores[name]"),
            *("own-step",),
        ),
        _function(
            "half_for_own_step",
            {"en": "0.5 is taken instead of one's own step.", "zh": "用了 0.5，没有用自己的 step。"},
            "kept",
            lambda _: _kept_code(band="0.5 * total + 0.5 * scores[name]"),
            *("own-step",),
        ),
        _function(
            "always_medium",
            {"en": "The share of “medium” is returned, not of the account's own band.", "zh": "求成了中等档的占比。"},
            "kept",
            lambda _: _kept_code(ours='"medium"'),
            *("each-band", "alone"),
        ),
        _function(
            "commonest_band",
            {"en": "The share of the commonest band is returned.", "zh": "求成了最常见那一档的占比。"},
            "kept",
            lambda _: _kept_code(ours="max(bands, key=bands.count)"),
            *("alone",),
        ),
        _function(
            "divided_by_twenty",
            {"en": "Our own weights are counted as a twentieth case.", "zh": "把原来的权重也算成了第 20 种情形。"},
            "kept",
            lambda _: _kept_code(of="20"),
            *("examples", "own-step", "each-band", "alone"),
        ),
    ]
