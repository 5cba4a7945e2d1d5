"""Mistakes in the answers of the chapter `defection`.

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
    return [*_quizzes(), *_number(), *_slipping(), *_figure(), *_calls(), *_price_of_one()]


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
            "second_supplier_alarms",
            {"en": "Buying from two suppliers all along is taken for defection.", "zh": "把一直用两家当成了流失。"},
            "quiz_leaving",
            "who_is_it",
            {
                "print_shop": "complete",
                "school": "rival_added",
                "law_firm": "masked",
                "museum": "rival_added",
                "choir": "no_sign",
            },
            share=0.8,
        ),
        _quiz(
            "returned_counts_as_gone",
            {"en": "Who came back after a goodbye counts as gone.", "zh": "把道别后又回来的也算成走了。"},
            "quiz_leaving",
            "gone_signs",
            ["goodbye", "silence", "empty", "returned"],
            share=2 / 3,
        ),
        _quiz(
            "every_sign_is_an_end",
            {"en": "A multiple choice has every option.", "zh": "多选题把选项全选了。"},
            "quiz_leaving",
            "gone_signs",
            ["goodbye", "silence", "empty", "returned", "half", "complaint"],
            share=0,
        ),
        _quiz(
            "per_cent_for_points",
            {"en": "The relative fall is given instead of percentage points.", "zh": "该写百分点的写成了相对降幅。"},
            "quiz_leaving",
            "masked_points",
            18.75,
            share=0,
        ),
        _quiz(
            "growing_bill_reassures",
            {"en": "A growing bill is taken for a proof of loyalty.", "zh": "把账单变大当成了忠诚的证明。"},
            "quiz_leaving",
            "bill_grows",
            answer=True,
            share=0,
        ),
        _quiz(
            "price_and_promotion_exchanged",
            {"en": "Price and promotion are exchanged.", "zh": "把价格型和促销型弄反了。"},
            "quiz_why",
            "which_cause",
            {
                "nadia": "promotion",
                "boris": "service",
                "carla": "price",
                "edwin": "technology",
                "fatima": "market",
            },
            share=0.6,
        ),
        _quiz(
            "poor_for_better",
            {"en": "A better rival is taken for poor service of our own.", "zh": "把对手更好当成了自己太差。"},
            "quiz_why",
            "poor_or_better",
            "poor",
            share=0,
        ),
        _quiz(
            "figure_of_another_source",
            {"en": "The figure of another source is used.", "zh": "用了另一种资料的数字。"},
            "quiz_why",
            "reach_25",
            126,
            share=0,
        ),
        _quiz(
            "review_at_the_end",
            {"en": "The review is put at the end of the inquiry.", "zh": "把讨论会排到了调查的最后。"},
            "quiz_why",
            "six_steps",
            ["team", "list", "phone", "decide", "review"],
            share=0,
        ),
        _quiz(
            "window_at_the_half",
            {"en": "The review is said to begin at the half.", "zh": "以为要到一半才能开讨论会。"},
            "quiz_why",
            "window_opens",
            36,
            share=0,
        ),
    ]


def _number() -> list[Mistake]:
    def change(draft: Draft) -> dict[str, Cost]:
        draft.add("masked", 'masked_share = my_kinds["masked"].sum() / len(my_kinds)')
        return {"masked": EVERYTHING}

    said = {"en": "The masked are taken as a share of all customers.", "zh": "分母用了全部客户。"}
    return [Mistake("masked_of_all", said, "answer", ("masked",), change)]


def _function(name: str, said: Text, exercise: str, code: Callable[[dict[str, Any]], str], cost: Cost) -> Mistake:
    """Return the mistake of writing a function so; the code may depend on the learner's own parameters."""

    def change(draft: Draft) -> dict[str, Cost]:
        draft.write(exercise, code(draft.variant(exercise)))
        return {exercise: cost}

    return Mistake(name, said, "answer", (exercise,), change)


def _slipping() -> list[Mistake]:
    def code(line: str) -> Callable[[dict[str, Any]], str]:
        return lambda own: f"def slipping(shares):\n    return {line.replace('POINTS', str(own['points']))}"

    return [
        _function(
            "points_limit_excluded",
            {"en": "> stands where >= is meant.", "zh": "该用 >= 的地方用了 >。"},
            "slipping",
            code('shares["before"] - shares["now"] > POINTS'),
            failing("at-least"),
        ),
        _function(
            "any_fall",
            {"en": "Any fall counts, as in the library.", "zh": "和库里一样，只要下降就算。"},
            "slipping",
            code('shares["now"] < shares["before"]'),
            failing("at-least", "own-points", "points-not-percent"),
        ),
        _function(
            "relative_fall",
            {"en": "The fall is taken as a part of the first share.", "zh": "算成了相对于原来份额的降幅。"},
            "slipping",
            code('100 * (shares["before"] - shares["now"]) >= POINTS * shares["before"]'),
            failing("points-not-percent"),
        ),
        _function(
            "either_direction",
            {"en": "A rise counts as well.", "zh": "把上升也算了进去。"},
            "slipping",
            code('abs(shares["before"] - shares["now"]) >= POINTS'),
            failing("rise"),
        ),
        _function(
            "shares_exchanged",
            {"en": "Before and now are exchanged.", "zh": "把以前和现在弄反了。"},
            "slipping",
            code('shares["now"] - shares["before"] >= POINTS'),
            failing("examples", "at-least", "own-points", "points-not-percent", "rise"),
        ),
    ]


_DRAWN = 'ax.set(title="Reasons", xlabel="reason", ylabel="interviews")'


def _figure() -> list[Mistake]:
    def drawn(name: str, said: Text, counts: str, cost: Cost) -> Mistake:
        def change(draft: Draft) -> dict[str, Cost]:
            draft.add("reasons", f"fig, ax = plt.subplots()\n{counts}.plot.bar(ax=ax)\n{_DRAWN}")
            return {"reasons": cost}

        return Mistake(name, said, "answer", ("reasons",), change)

    return [
        drawn(
            "silence_left_out",
            {"en": "Interviews without a reason are left out.", "zh": "漏掉了没有说原因的访谈。"},
            'talks["stated"].value_counts()',
            failing("silent"),
        ),
        drawn(
            "rarest_first",
            {"en": "The rarest reason stands first.", "zh": "最少的排在了最前。"},
            'talks["stated"].fillna("unknown").value_counts(ascending=True)',
            failing("order"),
        ),
        drawn(
            "whole_company",
            {"en": "The whole company's interviews are drawn.", "zh": "画成了整个公司的访谈。"},
            'company.interviews["stated"].fillna("unknown").value_counts()',
            failing("reasons", "silent"),
        ),
    ]


_WORDED = """\
calls = {{}}
for who, growth in zip(chosen["customer_id"], chosen["own_growth"]):
    calls[who] = "masked" if growth {sign} 0 else "open\""""


def _calls() -> list[Mistake]:
    def chosen(name: str, said: Text, rows: str, cost: Cost, sign: str = ">") -> Mistake:
        def change(draft: Draft) -> dict[str, Cost]:
            draft.add("calls", f"chosen = {rows}\n{_WORDED.format(sign=sign)}")
            return {"calls": cost}

        return Mistake(name, said, "answer", ("calls",), change)

    best = 'my_list[my_list["kind"] == "partial"].sort_values("profit", ascending=False)'
    return [
        chosen(
            "four_talks",
            {"en": "Four talks are planned, with time for three.", "zh": "只有三次面谈的时间，却安排了四次。"},
            f"{best}.head(4)",
            failing("time", "stake"),
        ),
        chosen(
            "the_gone_called",
            {"en": "Talks are planned with customers who have gone.", "zh": "去找已经走了的客户谈。"},
            'my_list[my_list["kind"] == "complete"]',
            failing("kept", "stake"),
        ),
        chosen(
            "masked_and_open_exchanged",
            {"en": "Masked and open are exchanged.", "zh": "把 masked 和 open 弄反了。"},
            f"{best}.head(3)",
            failing("bill"),
            sign="<=",
        ),
    ]


def _price_code(own: dict[str, Any], **changed: str) -> str:
    """Return a function for `price_of_one`, right but for the parts that are changed; an empty part is left out."""
    parts = {
        "few": f'arms["alone"] < {own["least"]}',
        "gain": 'arms["saved"] / arms["tried"] - arms["back"] / arms["alone"]',
        "none": "gain <= 0",
        "result": f"{own['cost']} / gain",
    } | changed
    lines = ["def price_of_one(arms):"]
    if parts["few"]:
        lines += [f"    if {parts['few']}:", "        return None"]
    lines.append(f"    gain = {parts['gain']}")
    if parts["none"]:
        lines += [f"    if {parts['none']}:", "        return None"]
    return "\n".join([*lines, f"    return {parts['result']}"])


def _price_of_one() -> list[Mistake]:
    return [
        _function(
            "control_forgotten",
            {"en": "The control arm is not taken off.", "zh": "没有减去对照组。"},
            "price_of_one",
            lambda own: _price_code(own, gain='arms["saved"] / arms["tried"]'),
            failing("examples", "control", "own-size", "no-gain"),
        ),
        _function(
            "heads_for_shares",
            {"en": "Heads are subtracted instead of shares.", "zh": "用人数相减，没有用比例。"},
            "price_of_one",
            lambda own: _price_code(own, gain='(arms["saved"] - arms["back"]) / arms["tried"]'),
            failing("examples", "own-size", "no-gain"),
        ),
        _function(
            "least_excluded",
            {"en": "<= stands where “fewer than” is meant.", "zh": "“少于”写成了 <=。"},
            "price_of_one",
            lambda own: _price_code(own, few=f'arms["alone"] <= {own["least"]}'),
            failing("least-limit"),
        ),
        _function(
            "few_forgotten",
            {"en": "A control arm that is too small is not thought of.", "zh": "没有考虑对照组人数太少。"},
            "price_of_one",
            lambda own: _price_code(own, few=""),
            failing("examples", "least-limit"),
        ),
        _function(
            "no_gain_forgotten",
            {"en": "An attempt that adds nothing is not thought of.", "zh": "没有考虑挽留没有增量的情况。"},
            "price_of_one",
            lambda own: _price_code(own, none=""),
            failing("no-gain"),
        ),
        _function(
            "gain_for_price",
            {"en": "The cost is multiplied by the gain.", "zh": "成本乘了增量，没有除以增量。"},
            "price_of_one",
            lambda own: _price_code(own, result=f"{own['cost']} * gain"),
            failing("examples", "own-cost", "control", "own-size", "least-limit", "no-gain"),
        ),
    ]
