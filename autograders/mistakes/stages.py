"""Mistakes in the answers of the chapter `stages`; what each costs is written down by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .mistake import EVERYTHING, Cost, Mistake, failing

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltylib.chapters import Text

    from .draft import Draft


def mistakes() -> list[Mistake]:
    """Return this chapter's mistakes."""
    return [*_quizzes(), *_data(), *_leaves(), *_held()]


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
            "share_as_partnership",
            {"en": "A large share is taken for a partnership.", "zh": "把份额大当成了伙伴关系。"},
            "quiz_stages",
            "which_stage",
            {"asks": "development", "doubled": "early", "two_more": "stable", "declined": "strategic"},
            share=0.75,
        ),
        _quiz(
            "sixty_of_all",
            {"en": "What is bought already is not taken off.", "zh": "没有减去已经在买的部分。"},
            "quiz_stages",
            "to_main",
            144_000,
            share=0,
        ),
        _quiz(
            "sales_as_relationship",
            {"en": "Rising sales are taken for a rising share.", "zh": "把销售额上升当成了份额上升。"},
            "quiz_stages",
            "more_sales",
            answer=True,
            share=0,
        ),
        _quiz(
            "staying_as_loyalty",
            {"en": "Staying is taken for loyalty.", "zh": "把留下当成了忠诚。"},
            "quiz_lock",
            "stay_rate",
            "loyal",
            share=0,
        ),
        _quiz(
            "cut_as_barrier",
            {"en": "A lower price is taken for a switching cost.", "zh": "把降价当成了转换成本。"},
            "quiz_lock",
            "dearer_to_leave",
            ["machine", "interface", "year_end", "cut"],
            share=2 / 3,
        ),
        _quiz(
            "risk_left_out",
            {"en": "The break-even leaves the risk out.", "zh": "算回本期数时漏了风险。"},
            "quiz_lock",
            "break_even",
            32,
            share=0,
        ),
        _quiz(
            "one_flag_missing",
            {"en": "One of the flagged points is not recognised.", "zh": "有一种有合规风险的做法没有认出来。"},
            "quiz_lock",
            "flagged",
            ["odds", "magnify"],
            share=2 / 3,
        ),
    ]


def _added(name: str, said: Text, exercise: str, code: str, cost: Cost) -> Mistake:
    """Return the mistake of writing one more line below the answer."""

    def change(draft: Draft) -> dict[str, Cost]:
        draft.add(exercise, code)
        return {exercise: cost}

    return Mistake(name, said, "answer", (exercise,), change)


def _data() -> list[Mistake]:
    return [
        _added(
            "firms_not_apart",
            {"en": "A firm's first quarter is compared with another firm.", "zh": "一家企业的首季与另一家相比。"},
            "going_back",
            'above = my_path["number"].shift()\n'
            'going_back_share = (my_path["number"] < above).sum() / above.notna().sum()',
            EVERYTHING,
        ),
        _added(
            "all_rows",
            {"en": "The first quarters are counted into the whole.", "zh": "分母把首季也算了进去。"},
            "going_back",
            'going_back_share = (my_path["number"] < before).sum() / len(my_path)',
            EVERYTHING,
        ),
        _added(
            "no_words",
            {"en": "The figure has no title and no labels.", "zh": "图没有标题和轴名。"},
            "fallen",
            'ax.set(title="", xlabel="", ylabel="")',
            failing("words", "firm"),
        ),
        _added(
            "unnamed_firm",
            {"en": "The title names no firm.", "zh": "标题没有写明企业。"},
            "fallen",
            'ax.set(title="Share over time")',
            failing("firm"),
        ),
        _added(
            "four_visits",
            {"en": "Four firms are visited.", "zh": "拜访了四家。"},
            "visits",
            'for who in early["customer_id"].unique()[:4]:\n    visits[who] = rows(early, who)["opportunity"].max()',
            failing("budget", "worth"),
        ),
    ]


def _function(name: str, said: Text, exercise: str, code: Callable[[dict[str, Any]], str], cost: Cost) -> Mistake:
    """Return the mistake of writing a function so; the code may depend on the learner's own parameters."""

    def change(draft: Draft) -> dict[str, Cost]:
        draft.write(exercise, code(draft.variant(exercise)))
        return {exercise: cost}

    return Mistake(name, said, "answer", (exercise,), change)


def _leaves_code(own: dict[str, Any], *, sign: str = ">", pain: str = "", months: int | None = None) -> str:
    """Return a function for `leaves`, right but for what is changed."""
    pain = pain or 'deal["cost"] + deal["chance"] * deal["loss"]'
    return f'def leaves(deal):\n    return deal["saving"] * {months or own["patience"]} {sign} {pain}'


def _leaves() -> list[Mistake]:
    return [
        _function(
            "even_leaves",
            {"en": ">= stands where “more than” is meant.", "zh": "“超过”写成了 >=。"},
            "leaves",
            lambda own: _leaves_code(own, sign=">="),
            failing("limit"),
        ),
        _function(
            "no_risk",
            {"en": "The risk is left out.", "zh": "漏了风险。"},
            "leaves",
            lambda own: _leaves_code(own, pain='deal["cost"]'),
            failing("risk", "chance"),
        ),
        _function(
            "full_loss",
            {"en": "The loss is counted in full, whatever its chance.", "zh": "不看概率，把损失全算了进去。"},
            "leaves",
            lambda own: _leaves_code(own, pain='deal["cost"] + deal["loss"]'),
            failing("risk", "chance"),
        ),
        _function(
            "a_years_saving",
            {
                "en": "The saving of a year is taken instead of one's own months.",
                "zh": "用了一年的节省，没有用自己的月数。",
            },
            "leaves",
            lambda own: _leaves_code(own, months=12),
            failing("limit", "own-months", "risk", "chance"),
        ),
    ]


def _held_code(own: dict[str, Any], **changed: str) -> str:
    """Return a function for `held`, right but for the parts that are changed."""
    parts = {
        "first": f"{own['delay']} + 1",
        "last": 'case["years"] + 1',
        "value": f'case["saving"] / (1 + {own["rate"]}) ** year',
        "leaves": 'worth > case["cost"]',
        "hostage": f'case["satisfaction"] < {own["satisfied"]}',
        "held": "worth > 0",
    } | changed
    order = changed.get("order", "leaves hostage held").split()
    lines = [
        "def held(case):",
        "    worth = 0",
        f"    for year in range({parts['first']}, {parts['last']}):",
        f"        worth = worth + {parts['value']}",
    ]
    for word in order:
        lines += [f"    if {parts[word]}:", f'        return "{word}"']
    return "\n".join([*lines, '    return "content"'])


def _held() -> list[Mistake]:
    return [
        _function(
            "last_year_lost",
            {"en": "The last year is not in the range.", "zh": "range 少了最后一年。"},
            "held",
            lambda own: _held_code(own, last='case["years"]'),
            failing("delay", "own-rate"),
        ),
        _function(
            "no_delay",
            {"en": "The first years save as well.", "zh": "培训的几年也算了节省。"},
            "held",
            lambda own: _held_code(own, first="1"),
            failing("delay", "own-rate"),
        ),
        _function(
            "no_interest",
            {"en": "Later money counts in full.", "zh": "没有折算以后的钱。"},
            "held",
            lambda own: _held_code(own, value='case["saving"]'),
            failing("own-rate"),
        ),
        _function(
            "library_satisfied",
            {"en": "The library's limit of satisfaction is used.", "zh": "用了库里的满意界限。"},
            "held",
            lambda own: _held_code(own, hostage='case["satisfaction"] < 4'),
            failing("own-satisfied"),
        ),
        _function(
            "even_airline_leaves",
            {"en": ">= stands where “more than” is meant.", "zh": "“超过”写成了 >=。"},
            "held",
            lambda own: _held_code(own, leaves='worth >= case["cost"]'),
            failing("more-than"),
        ),
        _function(
            "hostage_first",
            {"en": "Satisfaction is asked before leaving.", "zh": "先问了满意度。"},
            "held",
            lambda own: _held_code(own, order="hostage leaves held"),
            failing("leaves-first"),
        ),
        _function(
            "stays_is_held",
            {"en": "Who stays without a better rival counts as held.", "zh": "没有更好的对手也算 held。"},
            "held",
            lambda own: _held_code(own, held="True"),
            failing("examples", "delay", "more-than", "own-satisfied", "no-rival"),
        ),
    ]
