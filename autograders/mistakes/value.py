"""Mistakes in the answers of the chapter `value`.

What each costs is written down here by hand, from what the chapter asks for; simulation and marking share no line
that decides it.
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
    return [*_quizzes(), *_worth(), *_offers(), *_most_lost(), *_plan(), *_kind()]


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
            "brackets_forgotten",
            {"en": "The value equation is worked out without its brackets.", "zh": "计算价值时漏了括号。"},
            "quiz_value",
            "kettle",
            125.75,
            share=0,
        ),
        _quiz(
            "terms_exchanged",
            {"en": "Two of four terms are exchanged.", "zh": "四项里有两项对调了。"},
            "quiz_value",
            "terms",
            {"proud": "functional", "quick": "emotional", "worry": "psychic", "week": "time"},
            share=0.5,
        ),
        _quiz(
            "service_as_product",
            {"en": "A measure of service is counted as product quality.", "zh": "把服务的指标算成了产品质量。"},
            "quiz_value",
            "telecom",
            ["calls", "seconds", "breaks", "polite"],
            share=2 / 3,
        ),
        _quiz(
            "part_as_whole",
            {"en": "Satisfaction is taken to determine loyalty.", "zh": "以为满意度决定忠诚度。"},
            "quiz_value",
            "in_part",
            answer=True,
            share=0,
        ),
        _quiz(
            "lower_end",
            {"en": "The lower end of the interval is given for the upper.", "zh": "该取上限的地方取了下限。"},
            "quiz_loyalty",
            "may_lose",
            127,
            share=0,
        ),
        _quiz(
            "hostage_as_apostle",
            {"en": "Who is held is taken for an apostle, and the other way round.", "zh": "囚徒和传道者弄反了。"},
            "quiz_loyalty",
            "who_is_it",
            {"nora": "mercenary", "tom": "apostle", "ada": "hostage", "finn": "defector"},
            share=0.5,
        ),
        _quiz(
            "staying_as_loyalty",
            {"en": "Being held is taken for loyalty.", "zh": "把被留住当成了忠诚。"},
            "quiz_loyalty",
            "contract",
            "loyal",
            share=0,
        ),
        _quiz(
            "funnel_turned",
            {"en": "Two steps of the funnel are exchanged.", "zh": "漏斗的两步颠倒了。"},
            "quiz_loyalty",
            "won_back",
            ["unhappy", "settled", "complain", "stay"],
            share=0,
        ),
    ]


def _written(
    name: str,
    said: Text,
    exercise: str,
    code: Callable[[dict[str, Any]], str],
    cost: Cost | Callable[[dict[str, Any]], Cost],
) -> Mistake:
    """Return the mistake of writing an answer so; code and cost may depend on the learner's own parameters."""

    def change(draft: Draft) -> dict[str, Cost]:
        own = draft.variant(exercise)
        draft.write(exercise, code(own))
        return {exercise: cost if isinstance(cost, Cost) else cost(own)}

    return Mistake(name, said, "answer", (exercise,), change)


def _worth_code(above: str, below: str) -> str:
    terms = ("functional", "emotional", "money", "time", "energy", "psychic")
    lines = [f'    {term} = offer["{term}"]' for term in terms]
    return "\n".join(["def worth(offer):", *lines, f"    return ({above}) / ({below})"])


def _worth() -> list[Mistake]:
    return [
        _written(
            "time_counted_once",
            {"en": "The time cost is not weighted.", "zh": "时间成本没有乘以倍数。"},
            "worth",
            lambda _: _worth_code("functional + emotional", "money + time + energy + psychic"),
            failing("time"),
        ),
        _written(
            "hurry_everywhere",
            {"en": "Every cost but money is weighted.", "zh": "除货币外，各项成本都乘了倍数。"},
            "worth",
            lambda own: _worth_code("functional + emotional", f"money + {own['hurry']} * (time + energy + psychic)"),
            failing("examples", "time", "benefits", "costs"),
        ),
        _written(
            "worth_as_difference",
            {"en": "The difference is given instead of the ratio.", "zh": "该求比的地方求了差。"},
            "worth",
            lambda own: (
                "def worth(offer):\n"
                '    costs = offer["money"] + offer["energy"] + offer["psychic"] + '
                f'{own["hurry"]} * offer["time"]\n'
                '    return offer["functional"] + offer["emotional"] - costs'
            ),
            EVERYTHING,
        ),
    ]


def _offers() -> list[Mistake]:
    draw = "fig, ax = plt.subplots()\nax.scatter({})\nax.set({})"
    words = 'title="Offers", xlabel="ours", ylabel="best rival"'
    return [
        _written(
            "axes_exchanged",
            {"en": "What goes to the right and what goes up are exchanged.", "zh": "横轴和纵轴弄反了。"},
            "offers",
            lambda _: draw.format('compare["best"], compare["ours"]', words),
            failing("points"),
        ),
        _written(
            "half_the_points",
            {"en": "Only the customers with a better offer elsewhere are drawn.", "zh": "只画了别家更好的那些客户。"},
            "offers",
            lambda _: (
                'better = compare[compare["best"] > compare["ours"]]\n'
                + draw.format('better["ours"], better["best"]', words)
            ),
            failing("points"),
        ),
    ]


def _most_lost() -> list[Mistake]:
    def change(draft: Draft) -> dict[str, Cost]:
        draft.add("most_lost", 'most_lost = most_lost - 0.01 * counts["very satisfied"]')
        return {"most_lost": EVERYTHING}

    def every_answer(draft: Draft) -> dict[str, Cost]:
        code = (
            'everything = kit.data.surveys["satisfaction_level"].value_counts()\n'
            'most_lost = 0.8 * everything["very dissatisfied"] + 0.3 * everything["neutral"] '
            '+ 0.1 * everything["satisfied"] + 0.02 * everything["very satisfied"]'
        )
        draft.add("most_lost", code)
        return {"most_lost": EVERYTHING}

    return [
        Mistake(
            "least_lost",
            {"en": "The lower end of the range is taken.", "zh": "取了区间的下限。"},
            "answer",
            ("most_lost",),
            change,
        ),
        Mistake(
            "every_answer_counted",
            {"en": "All answers are counted, not each customer's last.", "zh": "算了全部回答，而不是每人最近一次。"},
            "answer",
            ("most_lost",),
            every_answer,
        ),
    ]


def _plan_code(*rows: tuple[str, str, str]) -> str:
    kinds = 'last = value.quadrants(some).groupby("quadrant")["customer_id"].max()'
    inside = [f'    last["{kind}"]: ["{step}", "{reason}"],' for kind, step, reason in rows]
    return "\n".join([kinds, "plan = {", *inside, "}"])


_MERCENARY = ("mercenary", "offer_more", "satisfied_gone")
_DEFECTOR = ("defector", "win_back", "dissatisfied_gone")


def _plan() -> list[Mistake]:
    return [
        _written(
            "hostage_called_loyal",
            {
                "en": "A hostage is written down as satisfied and asked to recommend.",
                "zh": "把囚徒当成满意的，请他推荐。",
            },
            "plan",
            lambda _: _plan_code(("hostage", "ask_to_recommend", "satisfied_stays"), _MERCENARY, _DEFECTOR),
            Cost(left={"reasons": 2 / 3, "steps": 2 / 3}),
        ),
        _written(
            "content_customer_repaired",
            {"en": "A content customer who left is given a repair.", "zh": "对满意而离开的客户用了弥补的做法。"},
            "plan",
            lambda _: _plan_code(
                ("hostage", "repair", "dissatisfied_stays"), ("mercenary", "repair", "satisfied_gone"), _DEFECTOR
            ),
            Cost(left={"steps": 2 / 3}),
        ),
        _written(
            "two_calls",
            {"en": "Only two customers are named.", "zh": "只写了两位客户。"},
            "plan",
            lambda _: _plan_code(_MERCENARY, _DEFECTOR),
            Cost(left={"three": 0, "different": 2 / 3, "reasons": 2 / 3, "steps": 2 / 3}),
        ),
    ]


def _kind_code(own: dict[str, Any], **changed: str) -> str:
    """Return a function for `kind`, right but for the parts that are changed."""
    part = {
        "stays": f'customer["days_since_last"] <= {own["stay_days"]}',
        "satisfied": f'customer["satisfaction"] >= {own["satisfied_from"]}',
        "apostle": 'customer["recommend"] >= 9',
        "unknown": '    if customer["satisfaction"] is None:\n        return "unknown"',
    } | changed
    return "\n".join(
        [
            "def kind(customer):",
            *([part["unknown"]] if part["unknown"] else []),
            f"    stays = {part['stays']}",
            f"    satisfied = {part['satisfied']}",
            f"    if satisfied and stays and {part['apostle']}:",
            '        return "apostle"',
            "    if satisfied:",
            '        return "loyalist" if stays else "mercenary"',
            '    return "hostage" if stays else "defector"',
        ]
    )


_LIBRARY_KIND = """\
def kind(customer):
    if customer["satisfaction"] is None:
        return "unknown"
    return value.quadrant(customer["satisfaction"], float(customer["days_since_last"] <= 180))"""


def _kind() -> list[Mistake]:
    return [
        _written(
            "stay_a_day_short",
            {"en": "< stands where “at most” is meant.", "zh": "“不超过”写成了 <。"},
            "kind",
            lambda own: _kind_code(own, stays=f'customer["days_since_last"] < {own["stay_days"]}'),
            failing("stay-limit"),
        ),
        _written(
            "librarys_days",
            {"en": "The text's 180 days are used instead of one's own.", "zh": "用了正文的 180 天，没有用自己的天数。"},
            "kind",
            lambda own: _kind_code(own, stays='customer["days_since_last"] <= 180'),
            failing("stay-limit", "own-days"),
        ),
        _written(
            "satisfied_a_point_short",
            {"en": "> stands where “at least” is meant.", "zh": "“至少”写成了 >。"},
            "kind",
            lambda own: _kind_code(own, satisfied=f'customer["satisfaction"] > {own["satisfied_from"]}'),
            # With 5 points and more than 5 asked for, nobody at all is satisfied.
            lambda own: (
                failing("satisfied-limit")
                if own["satisfied_from"] < 5  # noqa: PLR2004 - the top of the scale
                else failing(
                    "examples", "unknown", "stay-limit", "own-days", "satisfied-limit", "recommend", "apostle-stays"
                )
            ),
        ),
        _written(
            "unknown_forgotten",
            {"en": "Who has not answered is not thought of.", "zh": "没有考虑没有回答的客户。"},
            "kind",
            lambda own: _kind_code(own, unknown=""),
            failing("examples", "unknown"),
        ),
        _written(
            "apostle_above_nine",
            {"en": "More than 9 is asked of an apostle.", "zh": "传道者要求超过 9 分。"},
            "kind",
            lambda own: _kind_code(own, apostle='customer["recommend"] > 9'),
            failing("recommend"),
        ),
        _written(
            "library_kind",
            {"en": "The library's four kinds are returned.", "zh": "交回了库里的四类。"},
            "kind",
            lambda _: _LIBRARY_KIND,
            failing("unknown", "stay-limit", "own-days", "satisfied-limit", "recommend"),
        ),
    ]
